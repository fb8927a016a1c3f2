# Sourced by test.sh, after setup.sh: installs tests/oracles.txt beside the build, once for each
# state of its pins, while the compiler works.
#
# PyTorch's own index has it for processors alone, 200 MB, and is asked first. PyPI's is linked with
# CUDA's libraries, another 3 GB that no test needs: it gets stand-ins for them (torch_without_cuda.py).
# Where no registry answers, the tests that compare skip, and count_skips tells how many. DSM_ORACLES
# names another folder, for several clones. DeepSpeed, which only whole exported jobs need, comes with
# DSM_EXPORT_JOBS=1.

oracle_pins=(tests/oracles.txt resources/finetune/requirements.txt)
oracles_job=

# What is to be installed, a line each.
wanted_oracles() {
    local unwanted='^-r|^#|^$'
    [ -n "${DSM_EXPORT_JOBS:-}" ] || unwanted+='|^deepspeed'
    grep -hEv "$unwanted" "${oracle_pins[@]}"
}

# The folder of the environment for these pins and this Python.
oracle_folder() {
    local state
    state=$({ wanted_oracles; python3 --version; } | sha256sum | cut -c1-12)
    echo "${DSM_ORACLES:-$PWD/build/oracles}/$state"
}

# One quick attempt: whoever has no registry is not made to wait. Python compiles what it uses of it.
oracle_pip() {
    "$oracles/bin/python3" -m pip --disable-pip-version-check --retries 0 --timeout 15 "$1" --no-compile "${@:2}"
}

# torch_from_pypi TORCH==VERSION
torch_from_pypi() {
    oracle_pip install --no-deps "$1" || return 1
    local packages runtime
    packages=$("$oracles/bin/python3" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
    runtime=$(sed -n 's/^Requires-Dist: \(nvidia-cuda-runtime[^;]*\);.*/\1/p' "$packages"/torch-*.dist-info/METADATA)
    [ -n "$runtime" ] || return 0 # built without CUDA, as for ARM
    oracle_pip install --no-deps "$runtime" && packaging/torch_without_cuda.py "$packages"
}

install_oracles() {
    local torch
    torch=$(grep '^torch==' "$oracles/wanted.txt")
    # What is small tells whether a registry answers at all.
    oracle_pip install setuptools wheel ninja || return 1
    oracle_pip install --index-url https://download.pytorch.org/whl/cpu "$torch" ||
        torch_from_pypi "$torch" || return 1
    # DeepSpeed is built from its source, which looks for the PyTorch that is there.
    DS_BUILD_OPS=0 oracle_pip install --no-build-isolation -r "$oracles/wanted.txt"
}

# start_oracles: the environment is there at once, empty; what belongs in it follows meanwhile.
start_oracles() {
    oracles=$(oracle_folder)
    [ -e "$oracles/installed" ] && return
    mkdir -p "$oracles"
    python3 -m venv --clear "$oracles"
    wanted_oracles >"$oracles/wanted.txt"
    say "Installing tests/oracles.txt beside the build, meanwhile"
    export -f oracle_pip torch_from_pypi install_oracles
    export oracles
    # Half a minute of work, which a compiler on every core would stretch beyond the limit if it were nice.
    timeout 600 bash -c install_oracles >"$oracles/install.log" 2>&1 &
    oracles_job=$!
    trap 'kill "$oracles_job" 2>/dev/null || true' EXIT # a build that fails leaves nothing running
}

# finish_oracles: a half of a library is worse than none.
finish_oracles() {
    [ -n "$oracles_job" ] || return 0
    say "Waiting for tests/oracles.txt"
    if wait "$oracles_job"; then
        touch "$oracles/installed"
        echo "Installed: $(du -sh "$oracles" | cut -f1)."
    else
        tail -n 3 "$oracles/install.log" || true
        echo "They could not be installed: the tests that compare with them skip."
        python3 -m venv --clear "$oracles"
    fi
    trap - EXIT
}

# count_skips JUNIT: says what did not run, and fails where more than is known to.
count_skips() {
    local known=()
    [ -e "$oracles/installed" ] || known+=(--without oracles)
    python3 tests/skips.py "$1" "${known[@]}"
}
