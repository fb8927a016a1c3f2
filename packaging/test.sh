#!/usr/bin/env bash
# Builds everything and runs all tests, without a display. Installs the packages that are missing
# first, and other people's libraries to compare with (oracles.sh).
#
# usage: packaging/test.sh [--fuzz] [--tsan] [--asan]
#   --fuzz  also runs each fuzzer for a fixed number of inputs, and the tests of kernels, loaders, the
#           emulated GPU and the store, all with AddressSanitizer and UndefinedBehaviorSanitizer
#           (installs clang)
#   --tsan  also runs the tests of the engine's threads, built with ThreadSanitizer
#   --asan  also runs all tests built with AddressSanitizer and UndefinedBehaviorSanitizer
source "$(dirname "$0")/setup.sh"
source packaging/oracles.sh

fuzz=0 tsan=0 asan=0
for option in "$@"; do
    case $option in
    --fuzz) fuzz=1 ;;
    --tsan) tsan=1 ;;
    --asan) asan=1 ;;
    *)
        sed -n '5,10s/^# \{0,1\}//p' packaging/test.sh >&2
        exit 2
        ;;
    esac
done

export QT_QPA_PLATFORM=offscreen
packages=("${build_packages[@]}" "${test_packages[@]}")
[ $fuzz -eq 0 ] || packages+=("${fuzz_packages[@]}")
install_missing "${packages[@]}"

# run_tests PRESET [CTEST OPTION..]
run_tests() {
    local preset=$1
    shift
    say "Testing build/$preset"
    ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --parallel 3 \
        --output-junit tests.xml --test-output-size-passed 4000000 "$@"
    count_skips "build/$preset/tests.xml"
}

# DSM_BATCHES=ON compiles in batches (packaging/README.md), in a folder of its own beside build/dev.
export DSM_BATCHES=${DSM_BATCHES:-OFF}
first=dev
[ "$DSM_BATCHES" = OFF ] || first=gate
start_oracles
configure_options+=("-DDSM_ORACLES_PYTHON=$oracles/bin/python3")
# Tests that the sanitizers run below are not run twice.
if [ $fuzz -eq 1 ]; then memory_tests=OFF; else memory_tests=ON; fi
configure_options+=("-DDSM_MEMORY_TESTS=$memory_tests")
build_in_batches "$first"
finish_oracles
run_tests "$first" -LE elsewhere
cmake "build/$first" -DDSM_MEMORY_TESTS=ON >/dev/null # as whoever works in it wants it
configure_options+=(-DDSM_MEMORY_TESTS=ON)
if [ $fuzz -eq 1 ]; then
    build_in_batches fuzz fuzzers memory_tests
    run_tests fuzz -L "fuzzers|memory"
fi
if [ $tsan -eq 1 ]; then
    build_in_batches tsan threads_tests
    run_tests tsan -L threads
fi
if [ $asan -eq 1 ]; then
    build_in_batches asan
    run_tests asan
fi
say "What took longest in build/$first"
packaging/dearest.py "build/$first"
say "All tests passed, in $SECONDS s"
