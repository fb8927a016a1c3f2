#!/usr/bin/env python3
"""The real program is killed at random moments while a reply streams: every message that was sent is there at the
next start, what was there before is as it was, and nothing is damaged.

usage: kill_test.py PROGRAM MODEL_FOLDER

DSM_KILLS says how often (40 where it says nothing), DSM_SEED at which moments.
"""

import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "support"))
import at_spi  # noqa: E402

KILLS = int(os.environ.get("DSM_KILLS", "40"))
GENERATING, STOPPED = 1, 2  # states of a message


def rows(database):
    """Of the file, while a program has it open."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        check = connection.execute("PRAGMA integrity_check").fetchone()[0]
        assert check == "ok", check
        return connection.execute("SELECT id, role, state, text FROM messages ORDER BY id").fetchall()


def is_kept(listener, button, process):
    """Whether the window still said that the model writes: the message is on the disk by then."""
    try:
        button.queryAction().doAction(0)
        listener.wait_for("end", lambda: listener.heard or process.poll() is not None)
    except Exception:  # killed within the call
        pass
    return bool(listener.heard)


def pace(listener, window, question):
    """Seconds from a press of the button to the end of the reply, however busy the machine is."""
    listener.write(window, question)
    began = time.monotonic()
    listener.press(window, "Send")
    listener.hears("The reply is finished.")
    return time.monotonic() - began


def inside(program, model):
    seed = int(os.environ.get("DSM_SEED", "1"))
    dice = random.Random(seed)
    listener = at_spi.Listener()
    sent, before, asked, longest = [], [], None, 0
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "conversations.db")
        # Always the likeliest token, by the slowest loops: the reply goes on for a while.
        os.mkdir(os.path.join(folder, "config"))
        with open(os.path.join(folder, "config", "settings.ini"), "w") as settings:
            settings.write("[generation]\ntemperature=0\n")
        for kill in range(KILLS + 1):
            process = subprocess.Popen([program, "--data-dir", folder, "--model", model], stderr=subprocess.DEVNULL,
                                       env=dict(os.environ, DSM_BACKEND="reference"))
            try:
                window = listener.window_of(process)
                if kill > 0:
                    def settled():
                        now = rows(database)
                        return (now,) if all(row[2] != GENERATING for row in now) else None

                    found, = listener.wait_for("start", settled)
                    assert found[:len(before)] == before, f"changed, seed {seed}, kill {kill}"
                    questions = [text for _, _, _, text in found if text.startswith("Question ")]
                    assert questions in (sent, sent + [asked]), (questions[-3:], sent[-3:], asked)
                    sent = questions
                    before = found
                    notices = [name for name in os.listdir(folder) if "damaged" in name]
                    assert not notices, notices
                else:
                    sent.append("Question of the pace?")
                    longest = 1.5 * pace(listener, window, sent[0])
                if kill == KILLS:
                    break
                asked = f"Question {kill}?"
                end = threading.Timer(dice.uniform(0, longest), process.kill)
                listener.write(window, asked)
                button = listener.button(window, "Send")
                end.start()
                if is_kept(listener, button, process):
                    sent.append(asked)
                end.join()
            finally:
                process.kill()
                process.wait()
        stopped = sum(row[2] == STOPPED for row in before)
        print(f"killed {KILLS} times, {stopped} of them within a reply: nothing is lost")
        assert stopped > KILLS / 20, "hardly a reply was under way"
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "--inside":
        sys.exit(inside(*sys.argv[2:]))
    sys.exit(at_spi.run_on_own_desktop(__file__, sys.argv[1:], 120 + 60 * KILLS))
