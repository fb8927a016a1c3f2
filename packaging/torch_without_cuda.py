#!/usr/bin/env python3
"""Makes PyPI's PyTorch importable without NVIDIA's libraries: 900 MB to fetch instead of 4 GB, of which
tests that compute on the processor need none.

usage: torch_without_cuda.py SITE_PACKAGES     where torch was installed with --no-deps

PyTorch's own libraries name NVIDIA's, and Python resolves every name when it loads them. So each of
NVIDIA's gets a stand-in beside them, with the names that PyTorch asks of it, whose functions all fail as
CUDA does where there is no device. The CUDA runtime is small, and the real one: it is called at once.
"""

import collections
import pathlib
import re
import subprocess
import sys
import tempfile

STAND_INS = re.compile(r"lib(cu(?!dart)|nv|nccl)[^/]*\.so\.\d+$")
SYMBOLS = re.compile(r"(cu|nv|nccl)\w+$")
UNVERSIONED = "libnccl.so.2"  # has those names that no library is said to have


def said(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def asked_for(folder):
    """The libraries to stand in for, versions by library, and names by version, "" where there is none."""
    libraries, versions, names = set(), collections.defaultdict(set), collections.defaultdict(set)
    for path in folder.glob("lib*.so"):
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", said("readelf", "-d", path))
        libraries.update(filter(STAND_INS.match, needed))
        for library, lines in re.findall(r"File: (\S+) .*\n((?:.*  Name: .*\n)*)", said("readelf", "-V", path)):
            versions[library].update(re.findall(r"Name: (\S+)", lines))
        for line in said("readelf", "--dyn-syms", "-W", path).splitlines():
            fields = line.split()
            if len(fields) >= 8 and fields[6] == "UND":
                name, _, version = fields[7].partition("@")
                if SYMBOLS.match(name):
                    names[version.lstrip("@")].add(name)
    return sorted(libraries), versions, names


def write(library, versions, names, work):
    every = {version: sorted(names[version]) for version in sorted(versions)}
    if library.name == UNVERSIONED:
        every[""] = sorted(names[""])
    source, script = work / "stand_in.c", work / "stand_in.map"
    # 100 is cudaErrorNoDevice, and an error for all the others too.
    source.write_text("typedef int stands_in;\n" + "".join(
        f"int {name}(void) {{ return 100; }}\n" for group in every.values() for name in group))
    script.write_text("".join(
        f"{version} {{ global: {' '.join(name + ';' for name in group)} }};\n"
        for version, group in every.items() if version))
    subprocess.run(["cc", "-shared", "-fPIC", "-nostdlib", f"-Wl,-soname,{library.name}", "-o", library, source]
                   + ([f"-Wl,--version-script={script}"] if versions else []), check=True)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    packages = pathlib.Path(sys.argv[1])
    folder = packages / "torch" / "lib"
    libraries, versions, names = asked_for(folder)
    with tempfile.TemporaryDirectory() as work:
        for library in libraries:
            write(folder / library, versions[library], names, pathlib.Path(work))
    # What pip would fetch once it looks at what is installed.
    for metadata in packages.glob("torch-*.dist-info/METADATA"):
        lines = metadata.read_text(encoding="utf-8").splitlines(keepends=True)
        metadata.write_text("".join(
            line for line in lines if not re.match(r"Requires-Dist: (nvidia-|triton)", line)), encoding="utf-8")
    print(f"{len(libraries)} libraries have stand-ins")


if __name__ == "__main__":
    main()
