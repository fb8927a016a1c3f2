#!/usr/bin/env python3
"""guard.py says what fell, of a program that only pretends to measure.

usage: guard_test.py
"""

import json
import pathlib
import stat
import subprocess
import sys
import tempfile

GUARD = pathlib.Path(__file__).with_name("guard.py")
PRETENDS = """#!/usr/bin/env python3
import json, os, sys
if sys.argv[1] == "bench":
    share, memory = float(os.environ["SHARE"]), float(os.environ["MEMORY"])
    spread = lambda value: {"median": value}
    json.dump({"machine": {"cpu": "Some", "instructionSet": "avx2", "threads": 2},
               "prompt": [{"tokens": 32, "shareOfPeak": spread(0.4)}],
               "decode": [{"position": 0, "shareOfBandwidth": spread(share), "readBytesPerSecond": spread(memory)}]},
              open(sys.argv[sys.argv.index("--json") + 1], "w"))
"""


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        program = folder / "deepseekmoe"
        program.write_text(PRETENDS)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

        def guard(share, memory, *options):
            done = subprocess.run([sys.executable, GUARD, program, "--table", folder / "table.json", *options],
                                  env={"PATH": "/usr/bin:/bin", "SHARE": str(share), "MEMORY": str(memory)},
                                  capture_output=True, text=True)
            return done.returncode, done.stdout + done.stderr

        assert guard(0.8, 40e9)[0] == 3  # nothing is kept
        assert guard(0.8, 40e9, "--keep")[0] == 0
        assert guard(0.75, 42e9)[0] == 0  # within the spread
        code, said = guard(0.7, 38e9)
        assert code == 1 and "q4-small, decode at 0" in said and "Fell: " in said, said
        assert "prompt" not in said.split("Fell: ")[1], said
        assert guard(0.5, 80e9)[0] == 3  # another memory
        assert guard(0.5, 80e9, "--keep")[0] == 0
        assert guard(0.5, 80e9)[0] == 0
        assert guard(0.7, 40e9)[0] == 1  # the first is kept, too
        table = json.loads((folder / "table.json").read_text())
        table["Some, avx2, 2 threads"][0]["shares"]["q8, decode at 9"] = 0.5
        (folder / "table.json").write_text(json.dumps(table))
        code, said = guard(0.8, 40e9)
        assert code == 1 and "q8, decode at 9 (not measured any more)" in said, said
    print("guard.py says what fell")
    return 0


if __name__ == "__main__":
    sys.exit(main())
