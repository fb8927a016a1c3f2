"""A program as who works with it through AT-SPI has it: on a display and a bus of its own.

Needs Xvfb, a session bus, at-spi2-core and pyatspi (packaging/setup.sh).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
RETURN = 0xff0d  # of X11
PATIENCE = 120  # seconds, on a machine that has much else to do


def interpreter():
    """One that knows pyatspi: the distribution's, where this is another."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import pyatspi"], capture_output=True).returncode == 0:
            return python
    return None


def run_on_own_desktop(script, arguments, seconds):
    """Runs `script --inside ARGUMENTS` where nobody else is; its exit status."""
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
            return subprocess.run(["dbus-run-session", "--", python, script, "--inside", *arguments],
                                  env=environment, timeout=seconds).returncode
        finally:
            server.terminate()
            server.wait()


class Listener:
    """Hears what the programs of this desktop announce, and finds what they show."""

    def __init__(self):
        import pyatspi
        from gi.repository import GLib

        self.atspi = pyatspi
        self.heard = []
        self._context = GLib.MainContext.default()
        pyatspi.Registry.registerEventListener(self._hear, "object:state-changed:showing")

    def _hear(self, event):
        try:
            if event.detail1 and event.source.getRole() == self.atspi.ROLE_NOTIFICATION:
                self.heard.append(event.source.name)
        except Exception:  # it is gone
            pass

    def wait_for(self, what, value):
        """Until value() is something; the bus is listened to meanwhile."""
        until = time.monotonic() + PATIENCE
        why = None
        while time.monotonic() < until:
            while self._context.pending():
                self._context.iteration(False)
            try:
                result, why = value(), None
            except Exception as exception:  # what was just there is gone
                result, why = None, exception
            if result:
                return result
            time.sleep(0.01)
        raise AssertionError(f"no {what}; heard: {self.heard}; last: {why!r}")

    def hears(self, *texts):
        """One of them: what is announced at once after another may be all that is heard of both."""
        self.wait_for(" or ".join(texts), lambda: any(text in one for one in self.heard for text in texts))

    def find(self, within, wanted):
        return self.atspi.findDescendant(within, wanted)

    def window_of(self, process):
        """The main window of a program that was started."""
        def window():
            for program in self.atspi.Registry.getDesktop(0):
                if program is not None and program.get_process_id() == process.pid:
                    return self.find(program, lambda one: one.getRole() == self.atspi.ROLE_FRAME and one.childCount)
            return None
        return self.wait_for("window", window)

    def write(self, window, text):
        """Types a message into the chat."""
        self.heard.clear()
        field = self.wait_for("field for the message", lambda: self.find(
            window, lambda one: one.name == "Message" and one.getState().contains(self.atspi.STATE_EDITABLE)))
        assert field.queryEditableText().setTextContents(text)

    def type_return(self, window):
        """Into the field for messages."""
        field = self.find(window, lambda one: one.name == "Message"
                          and one.getState().contains(self.atspi.STATE_EDITABLE))
        self.wait_for("focus", lambda: field.queryComponent().grabFocus()
                      and field.getState().contains(self.atspi.STATE_FOCUSED))
        self.atspi.Registry.generateKeyboardEvent(RETURN, None, self.atspi.KEY_SYM)

    def send(self, window, text):
        self.write(window, text)
        self.press(window, "Send")

    def button(self, window, name):
        def button():
            found = self.find(window, lambda one: one.getRole() == self.atspi.ROLE_PUSH_BUTTON and one.name == name)
            return found if found and found.getState().contains(self.atspi.STATE_ENABLED) else None
        return self.wait_for(f"button {name}", button)

    def press(self, window, name):
        self.button(window, name).queryAction().doAction(0)
