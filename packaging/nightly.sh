#!/usr/bin/env bash
# What is too long for every change: all tests with AddressSanitizer and UBSan, the attacks of
# tests/reliability at length, exported jobs run to their end, fuzzers for an hour each kind, the CUDA code for every architecture
# where nvcc is. Each part is run whatever became of the others; what they said lies in build/nightly,
# and build/nightly/report.md says how each ended and how long it took.
#
# usage: packaging/nightly.sh [PART..]     of: asan attacks jobs fuzz cuda; all where none is named
#   DSM_MUTATIONS (1000000)     broken variants of each kind of file
#   DSM_KILLS (1000)            processes killed in the middle of their work, of each kind
#   DSM_FUZZ_SECONDS (3600)     for each fuzzer
source "$(dirname "$0")/setup.sh"

# Without a number of its own Qt Test ends each function after five minutes.
export QT_QPA_PLATFORM=offscreen QTEST_FUNCTION_TIMEOUT=86400000
export DSM_MUTATIONS=${DSM_MUTATIONS:-1000000} DSM_KILLS=${DSM_KILLS:-1000}
fuzz_seconds=${DSM_FUZZ_SECONDS:-3600}
out=build/nightly
report=$out/report.md
failed=0

# part NAME COMMAND..: runs it, keeps what it said, and adds a line to the report.
part() {
    local name=$1 began=$SECONDS end=passed
    shift
    say "$name"
    "$@" >"$out/$name.log" 2>&1 || { end=FAILED; failed=1; }
    printf '| %s | %s | %d s | %s |\n' "$name" "$end" $((SECONDS - began)) "$out/$name.log" | tee -a "$report"
}

asan() { build asan && ctest --test-dir build/asan --output-on-failure --no-tests=error --parallel 2; }

attacks() {
    build dev && cmake -S . -B build/dev -DDSM_TEST_TIMEOUT=86400 &&
        ctest --test-dir build/dev --output-on-failure --no-tests=error -R 'reliability|mutation|kill|monkey|^store_test$|fault_walk'
}

# Jobs for other people's trainers, LoRA and full, run to their end by those trainers.
jobs() {
    source packaging/oracles.sh
    export DSM_EXPORT_JOBS=1
    start_oracles && finish_oracles && cmake -S . -B build/dev "-DDSM_ORACLES_PYTHON=$oracles/bin/python3" &&
        build dev && ctest --test-dir build/dev --output-on-failure --no-tests=error -R 'train_export_job_test'
}

fuzz() {
    build fuzz fuzzers || return
    local fuzzer
    while read -r fuzzer; do
        "$fuzzer" -max_total_time="$fuzz_seconds" -timeout=10 -rss_limit_mb=2048 "$fuzzer.found" || return
    done < <(find build/fuzz/tests/fuzz -maxdepth 1 -type f -name '*_fuzzer' | sort)
}

cuda() { build cuda; }

install_missing "${build_packages[@]}" "${test_packages[@]}" "${fuzz_packages[@]}"
mkdir -p "$out"
{
    printf '# Nightly run of %s, %s\n\n' "$(git rev-parse --short HEAD)" "$(date -u +%F)"
    printf '| part | end | time | log |\n|---|---|---|---|\n'
} >"$report"
for name in "${@:-asan attacks jobs fuzz cuda}"; do
    for one in $name; do
        case $one in
        asan | attacks | jobs | fuzz | cuda) part "$one" "$one" ;;
        *)
            sed -n '7,10s/^# \{0,1\}//p' "$0" >&2
            exit 2
            ;;
        esac
    done
done
say "The report is $report"
exit $failed
