#!/usr/bin/env python3
"""Fails when code that was compiled for one instruction set can be taken for another file's.

usage: isa_objects_test.py NM LIBRARY UNIT..., e.g. isa_objects_test.py nm libdsm_cpu.a portable avx2

A function that two object files define in the same way (an inline function, a template's instance)
is kept once, from whichever file the linker meets first: if that one was compiled with -mavx512f, a
processor without AVX-512 dies in it. So the object of each instruction set defines one name for
others, its table; beside it only constants, which are the same in every file. Nor does it compute
anything before main(), when nobody has asked yet what the processor can do.

First checks itself on made-up symbols that break each rule, so that it cannot pass by seeing nothing.
"""

import re
import subprocess
import sys

SYMBOL = re.compile(r"^(?:[0-9a-f]+|\s+) ([A-Za-z?-]) (.*)$")
TABLE = re.compile(r"^dsm::cpu::k\w+Table$")
CONSTANT = re.compile(r"^dsm::k\w+$")
# What a sanitizer adds: marks of variables, their registration, a pointer for unwinding.
OF_A_SANITIZER = re.compile(
    r"^(__odr_asan\..*|(_GLOBAL_|)_sub_[ID]_000\w+|DW\.ref\.__gxx_personality_v0)$")


def symbols_of(listing):
    """Member of the archive -> [(kind, name)], from the output of nm."""
    members, current = {}, None
    for line in listing.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            current = members.setdefault(line[:-1], [])
        elif match := SYMBOL.match(line):
            current.append((match[1], match[2]))
    return members


def violations_of(unit, symbols):
    tables = [name for kind, name in symbols if kind in "DRBC" and TABLE.match(name)]
    if len(tables) != 1:
        yield f"{unit}: exports the tables {tables}, not one"
    for kind, name in symbols:
        if OF_A_SANITIZER.match(name) or name in tables:
            continue
        if "_GLOBAL__sub_I" in name:
            yield f"{unit}: computes something before main(): {name}"
        elif (kind.isupper() or kind in "uvw") and kind != "U":
            if not (kind in "uVR" and CONSTANT.match(name)):
                yield f"{unit}: exports {name} ({kind})"


def violations(listing, units):
    members = symbols_of(listing)
    for unit in units:
        symbols = members.get(f"{unit}.cpp.o")
        if symbols is None:
            yield f"{unit}: the library has no {unit}.cpp.o, only {sorted(members)}"
        else:
            yield from violations_of(unit, symbols)


FINE = "0000 D dsm::cpu::kATable\n0010 t dsm::cpu::(anonymous namespace)::f()\n0000 u dsm::kLevels\n"
PLANTED = {
    "fine": FINE,
    "template": FINE + "0000 W void std::__fill<float>(float*)\n",
    "function": FINE + "0020 T dsm::cpu::avx2Simd()\n",
    "constant": FINE + "0000 V std::__detail::kTable\n",
    "weak": FINE + "0000 w dsm::cpu::sum(float)\n",
    "second": FINE + "0000 R dsm::cpu::kBTable\n",
    "no_table": "0010 t dsm::cpu::f()\n",
    "start": FINE + "0030 t _GLOBAL__sub_I_avx2.cpp\n",
}


def check_itself():
    listing = "\n".join(f"\n{name}.cpp.o:\n{text}" for name, text in PLANTED.items())
    found = list(violations(listing, [*PLANTED, "missing"]))
    unseen = [n for n in [*PLANTED, "missing"] if not any(v.startswith(n + ":") for v in found)]
    assert unseen == ["fine"], f"of the planted violations, these were not seen: {unseen}"


def main():
    check_itself()
    nm, library, *units = sys.argv[1:]
    assert units, __doc__
    listing = subprocess.run([nm, "-C", "--defined-only", library], check=True,
                             capture_output=True, text=True).stdout
    found = list(violations(listing, units))
    print("\n".join(found) if found else f"{len(units)} objects export a table each")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
