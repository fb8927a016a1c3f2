#!/usr/bin/env python3
"""What a screen reader is told of the window, over AT-SPI: it sends messages, hears that replies begin and end,
that a message waits and that one is refused, and reads a reply line by line.

usage: screen_reader_test.py WINDOW_PROGRAM

Starts an X server and a session bus of its own; what it needs is in packaging/setup.sh.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
PATIENCE = 60  # seconds


def interpreter():
    """One that knows pyatspi: the distribution's, where this is another."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import pyatspi"], capture_output=True).returncode == 0:
            return python
    return None


def outside(program):
    """Runs this again on a display and a bus that nobody else uses."""
    python = interpreter()
    if python is None:
        print("skipped: no pyatspi")
        return SKIPPED
    for needed in ("Xvfb", "dbus-run-session"):
        if shutil.which(needed) is None:
            print(f"skipped: no {needed}")
            return SKIPPED
    reader, writer = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
                              pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as numbers, tempfile.TemporaryDirectory() as home:
        display = ":" + numbers.readline().strip()
        environment = dict(os.environ, DISPLAY=display, HOME=home, XDG_RUNTIME_DIR=home, QT_QPA_PLATFORM="xcb",
                           QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", LANG="C.UTF-8", LC_ALL="C.UTF-8",
                           PYTHONUNBUFFERED="1")
        environment.pop("WAYLAND_DISPLAY", None)
        environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        try:
            return subprocess.run(["dbus-run-session", "--", python, __file__, "--inside", program],
                                  env=environment, timeout=4 * PATIENCE).returncode
        finally:
            server.terminate()
            server.wait()


def inside(program):
    import pyatspi
    from gi.repository import GLib

    context = GLib.MainContext.default()
    heard = []

    def hear(event):
        if event.detail1 and event.source.getRole() == pyatspi.ROLE_NOTIFICATION:
            heard.append(event.source.name)

    pyatspi.Registry.registerEventListener(hear, "object:state-changed:showing")

    def wait_for(what, value):
        """Until value() is something; the bus is listened to meanwhile."""
        until = time.monotonic() + PATIENCE
        why = None
        while time.monotonic() < until:
            while context.pending():
                context.iteration(False)
            try:
                result = value()
            except Exception as exception:  # what was just there is gone
                result, why = None, exception
            if result:
                return result
            time.sleep(0.02)
        raise AssertionError(f"no {what}; heard: {heard}; last: {why!r}")

    def find(role, name, within):
        return pyatspi.findDescendant(within, lambda one: one.getRole() == role and one.name == name)

    window = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
    try:
        assert window.stdout.readline() == "ready\n", "the window does not come"
        frame = wait_for("window", lambda: pyatspi.findDescendant(
            pyatspi.Registry.getDesktop(0), lambda one: one.getRole() == pyatspi.ROLE_FRAME and one.childCount > 0))

        def send(text):
            heard.clear()
            message = wait_for("field for the message", lambda: pyatspi.findDescendant(
                frame, lambda one: one.name == "Message" and one.getState().contains(pyatspi.STATE_EDITABLE)))
            assert message.queryEditableText().setTextContents(text)
            button = wait_for("button that sends", lambda: find(pyatspi.ROLE_PUSH_BUTTON, "Send", frame))
            button.queryAction().doAction(0)

        def hears(text):
            wait_for(text, lambda: any(text in one for one in heard))

        send("Who are you?")
        hears("The model is writing.")
        hears("The reply is finished.")

        def lines_of(text):
            lines, offset = [], 0
            while offset < text.characterCount:
                line, begin, end = text.getTextAtOffset(offset, pyatspi.TEXT_BOUNDARY_LINE_START)
                if end > offset:
                    lines.append(line.strip())
                offset = max(end, offset + 1)  # the end of a line is of that line
            return [line for line in lines if line]

        def reply():
            items = pyatspi.findAllDescendants(frame, lambda one: one.name.startswith("Message from "))
            texts = pyatspi.findAllDescendants(items[-1], lambda one: one.name == "Text of the message")
            return [line for text in texts for line in lines_of(text.queryText())]

        lines = wait_for("lines of the reply", reply)
        assert lines[:2] == ["The first line of the reply.", "A second one, with 混合专家 in it."], lines
        assert lines[2].endswith("a point"), lines

        send("word " * 80)
        hears("This message was not sent")

        send("Once more?")
        hears("The model is writing.")
        message = wait_for("field for the message", lambda: pyatspi.findDescendant(
            frame, lambda one: one.name == "Message" and one.getState().contains(pyatspi.STATE_EDITABLE)))
        button = wait_for("button that stops", lambda: pyatspi.findDescendant(
            frame, lambda one: one.name == "Stop the reply"))
        heard.clear()
        button.queryAction().doAction(0)
        hears("The reply was stopped.")
        print("a screen reader hears what happens, and reads replies by line")
        return 0
    finally:
        window.terminate()
        window.wait()


if __name__ == "__main__":
    sys.exit(inside(sys.argv[2]) if sys.argv[1] == "--inside" else outside(sys.argv[1]))
