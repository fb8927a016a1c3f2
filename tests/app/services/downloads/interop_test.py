#!/usr/bin/env python3
"""The official Python client and the downloader find each other's files.

usage: interop_test.py CHILD CHECK SERVER

CHILD downloads (download_child), SERVER serves a small model and prints its address, CHECK lists the
snapshots of a cache with the damage in them. Exits 77, which CTest takes for skipped, and says so
where huggingface_hub is not installed.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

REPOSITORY = "test-org/test-model"


def main():
    child, check, server_program = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([server_program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  text=True)
        endpoint = server.stdout.readline().strip()
        os.environ["HF_ENDPOINT"] = endpoint
        os.environ["HF_HOME"] = folder + "/home"
        os.environ["HF_HUB_DISABLE_XET"] = "1"
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        try:
            import huggingface_hub as hub
        except ImportError:
            server.kill()
            print("skipped: the Python package huggingface_hub is not installed")
            return 77
        try:
            ours_are_accepted(hub, child, folder + "/ours", folder)
            theirs_are_recognised(hub, child, check, folder + "/theirs", folder)
        finally:
            server.kill()
    print(f"huggingface_hub {hub.__version__} and the downloader find each other's files")
    return 0


def ours_are_accepted(hub, child, cache, folder):
    subprocess.run([child, folder + "/a.json", cache, os.environ["HF_ENDPOINT"], REPOSITORY],
                   check=True)
    path = hub.snapshot_download(REPOSITORY, cache_dir=cache, local_files_only=True)
    names = {p.relative_to(path).as_posix() for p in pathlib.Path(path).rglob("*") if p.is_file()}
    assert "model.safetensors" in names and "sub/tokenizer_config.json" in names, names
    file = hub.hf_hub_download(REPOSITORY, "model.safetensors", cache_dir=cache,
                               local_files_only=True)
    assert pathlib.Path(file).stat().st_size == 20 << 20
    info = hub.scan_cache_dir(cache)
    assert not info.warnings, info.warnings
    (repo,) = info.repos
    assert repo.repo_id == REPOSITORY, repo
    (revision,) = repo.revisions
    assert "main" in revision.refs and revision.size_on_disk > 20 << 20, revision


def theirs_are_recognised(hub, child, check, cache, folder):
    path = hub.snapshot_download(REPOSITORY, cache_dir=cache)
    listed = subprocess.run([check, cache], check=True, capture_output=True, text=True).stdout
    assert f"{REPOSITORY} main " in listed and " damaged 0 unknown 0" in listed, listed
    before = {p: p.stat().st_mtime_ns for p in pathlib.Path(cache).rglob("blobs/*")}
    subprocess.run([child, folder + "/b.json", cache, os.environ["HF_ENDPOINT"], REPOSITORY],
                   check=True)
    after = {p: p.stat().st_mtime_ns for p in pathlib.Path(cache).rglob("blobs/*")}
    assert before == after, "files that were there were fetched again"
    blob = pathlib.Path(path, "model.safetensors").resolve()
    with open(blob, "r+b") as file:
        file.seek(1234567)
        file.write(b"damage")
    listed = subprocess.run([check, cache], check=True, capture_output=True, text=True).stdout
    assert " damaged 1 " in listed, listed


if __name__ == "__main__":
    sys.exit(main())
