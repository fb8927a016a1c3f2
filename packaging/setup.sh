# Sourced by run.sh and test.sh: finds the repository, installs what is missing, configures, builds.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What the programs are built from and run with.
build_packages=(
    g++ cmake ninja-build pkg-config
    nlohmann-json3-dev libexpected-dev libpcre2-dev libsentencepiece-dev libcli11-dev libcsv-dev libisal-dev
    libsnappy-dev zlib1g-dev libzstd-dev liblz4-dev libbrotli-dev
    libsqlite3-dev libsqlitecpp-dev
    libcmark-gfm-dev libcmark-gfm-extensions-dev libhunspell-dev libarchive-dev
    libssl-dev libxxhash-dev libcpp-httplib-dev qtkeychain-qt6-dev libqt6keychain1
    qt6-base-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qt6-translations-l10n
    libgl1-mesa-dev libxcb1-dev qt6-qpa-plugins
    poppler-utils
    fonts-inter fonts-lmodern fonts-noto-cjk fonts-noto-color-emoji
)
# What the tests need besides.
test_packages=(
    lld libgtest-dev libbenchmark-dev python3 python3-venv dbus-daemon
    xvfb at-spi2-core python3-pyatspi  # the test of screen readers
)
fuzz_packages=(clang libclang-rt-14-dev)

# say WORDS..: begins a step, and tells how long the one before took.
step_began=0
say() {
    [ $step_began -eq 0 ] || printf '   (%d s)\n' $((SECONDS - step_began))
    step_began=$((SECONDS > 0 ? SECONDS : 1))
    printf '\n== %s\n' "$*"
}

# install_missing PACKAGE..: the ones that dpkg does not know as installed.
install_missing() {
    if ! command -v apt-get >/dev/null; then
        say "This is not Debian or Ubuntu: packages are not installed. Needed are: $*"
        return
    fi
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        say "All needed packages are installed."
        return
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            say "Run this once as root: apt-get install ${missing[*]}"
            exit 1
        }
        as_root=(sudo)
    fi
    say "Installing: ${missing[*]}"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# What CMake is told besides the preset.
configure_options=()

# build PRESET [TARGET..]: configures and builds it in build/PRESET.
build() {
    local preset=$1
    shift
    say "Configuring build/$preset"
    cmake --preset "$preset" "${configure_options[@]}" >"build-$preset.log" 2>&1 || {
        cat "build-$preset.log"
        exit 1
    }
    rm -f "build-$preset.log"
    say "Building ${*:-everything} in build/$preset"
    cmake --build "build/$preset" ${*:+--target "$@"} ${keep_going:+-- -k 0}
}

# build_in_batches PRESET [TARGET..]: the same in batches (README.md), which DSM_BATCHES=OFF leaves out.
# Two names that differ by source alone may meet in one: the sources of such a target are compiled
# one by one, those of all others stay in batches.
build_in_batches() {
    local preset=$1 single built=0
    if [ "${DSM_BATCHES:-ON}" = OFF ]; then
        configure_options+=(-DDSM_BATCHES=OFF)
        build "$@"
        return
    fi
    configure_options+=(-DDSM_BATCHES=ON -DDSM_WITHOUT_BATCHES=)
    # All of them are met at once: what else there is compiles on.
    # Not in a pipe, whose parts would keep the time of their steps to themselves.
    if keep_going=1 build "$@" > >(tee "batches-$preset.log") 2>&1; then built=1; fi
    wait $!
    if [ $built -eq 1 ]; then
        rm -f "batches-$preset.log"
        return
    fi
    single=$(sed -n 's|^FAILED: .*CMakeFiles/\([^/]*\)\.dir/Unity/.*|\1|p' "batches-$preset.log" | sort -u | paste -sd ';')
    rm -f "batches-$preset.log"
    [ -n "$single" ] || return 1
    say "Batches do not compile (above) of: $single. Each of their sources by itself:"
    configure_options+=("-DDSM_WITHOUT_BATCHES=$single")
    build "$@"
}
