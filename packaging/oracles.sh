# Sourced by test.sh, after setup.sh: installs tests/oracles.txt beside the build, once for each
# state of its pins, while the compiler works.
#
# PyPI's PyTorch brings CUDA's libraries, 7 GB when unpacked, which no test needs; PyTorch's own
# index has it for processors alone, 1 GB, and is asked first. Where no registry answers, the tests that
# compare skip, and count_skips tells how many. DSM_ORACLES names another folder, for several clones.
# DeepSpeed, which only whole exported jobs need, comes with DSM_EXPORT_JOBS=1.

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

# One quick attempt: whoever has no registry is not made to wait.
oracle_pip() {
    "$oracles/bin/python3" -m pip --disable-pip-version-check --retries 0 --timeout 15 "$@"
}

install_oracles() {
    local torch
    torch=$(grep '^torch==' "$oracles/wanted.txt")
    # What is small tells whether a registry answers at all.
    oracle_pip install setuptools wheel ninja || return 1
    oracle_pip install --index-url https://download.pytorch.org/whl/cpu "$torch" ||
        oracle_pip install "$torch" || return 1
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
    export -f oracle_pip install_oracles
    export oracles
    nice timeout 600 bash -c install_oracles >"$oracles/install.log" 2>&1 &
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
