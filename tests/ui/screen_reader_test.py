#!/usr/bin/env python3
"""What a screen reader is told of the window, over AT-SPI: it sends messages, hears that replies begin, end and are
stopped, that a message waits and that one is refused, and reads a reply line by line.

usage: screen_reader_test.py WINDOW_PROGRAM
"""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import at_spi  # noqa: E402


def lines_of(text, atspi):
    lines, offset = [], 0
    while offset < text.characterCount:
        line, begin, end = text.getTextAtOffset(offset, atspi.TEXT_BOUNDARY_LINE_START)
        if end > offset:
            lines.append(line.strip())
        offset = max(end, offset + 1)  # the end of a line is of that line
    return [line for line in lines if line]


def inside(program):
    listener = at_spi.Listener()
    atspi = listener.atspi
    process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n", "the window does not come"
        window = listener.window_of(process)
        listener.send(window, "Who are you?")
        listener.hears("The model is writing.")
        listener.hears("The reply is finished.")

        def reply():
            items = atspi.findAllDescendants(window, lambda one: one.name.startswith("Message from "))
            texts = atspi.findAllDescendants(items[-1], lambda one: one.name == "Text of the message")
            return [line for text in texts for line in lines_of(text.queryText(), atspi)]

        lines = listener.wait_for("lines of the reply", reply)
        assert lines[:2] == ["The first line of the reply.", "A second one, with 混合专家 in it."], lines
        assert lines[2].endswith("a point"), lines

        listener.send(window, "word " * 80)
        listener.hears("This message was not sent")

        listener.send(window, "Once more?")
        listener.hears("The model is writing.")
        listener.write(window, "And then?")
        listener.type_return(window)
        listener.hears("The message is sent after this reply.")
        listener.heard.clear()
        listener.press(window, "Stop the reply")
        listener.hears("The reply was stopped.")
        print("a screen reader hears what happens, and reads replies by line")
        return 0
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        sys.exit(inside(sys.argv[2]))
    sys.exit(at_spi.run_on_own_desktop(__file__, sys.argv[1:], 4 * at_spi.PATIENCE))
