#!/usr/bin/env bash
# Builds for CUDA, or takes binaries that were built elsewhere, and runs everything that wants a GPU
# on this machine; writes what it saw to a folder, with a report in Markdown.
#
# usage: tests/gpu/run.sh [--build DIR] [--out DIR] [--model FOLDER].. [--quick]
#   --build DIR     take the binaries in DIR; without it build/gpu is made here with nvcc
#   --out DIR       where results go (default: gpu-results)
#   --model FOLDER  also measure this checkpoint (repeatable); without one random weights of the
#                   16B shape are written to OUT and measured
#   --quick         no compute-sanitizer, and no 16B model
# Exit codes: 0 all passed, 1 something failed (the report says what), 2 wrong usage.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

build="" out=gpu-results quick=0 models=()
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=${2:?} && shift 2 ;;
    --out) out=${2:?} && shift 2 ;;
    --model) models+=("${2:?}") && shift 2 ;;
    --quick) quick=1 && shift ;;
    *)
        sed -n '5,12s/^# \{0,1\}//p' tests/gpu/run.sh >&2
        exit 2
        ;;
    esac
done
mkdir -p "$out"
report=$out/report.md
failures=0

if [ -z "$build" ]; then
    build=build/gpu
    cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DDSM_CUDA=ON -DDSM_DESKTOP=OFF \
        -DCMAKE_CUDA_ARCHITECTURES="${DSM_CUDA_ARCHITECTURES:-native}" &&
        cmake --build $build || exit 1
fi
program=$build/app/cli/deepseekmoe

# row NAME LOG COMMAND..: runs it and writes a row of the report.
row() {
    local name=$1 log=$out/$2
    shift 2
    local begin=$SECONDS verdict=ok
    "$@" >"$log" 2>&1 || { verdict="**FAILED** ($?)"; failures=$((failures + 1)); }
    echo "| $name | $verdict | $((SECONDS - begin)) s | $(tail -n 1 "$log" | tr '|' '/') |" >>"$report"
    echo "$name: $verdict"
}

{
    echo "# GPU run of $(date -u +%Y-%m-%dT%H:%MZ)"
    echo
    echo '```'
    nvidia-smi --query-gpu=index,name,memory.total,driver_version,clocks.max.sm,clocks.max.mem \
        --format=csv 2>&1
    "$program" devices
    echo '```'
    echo
    echo "| check | result | time | last line |"
    echo "|---|---|---|---|"
} >"$report"

row "self-test" selftest.txt "$program" selftest
for test in device_test model_gpu_golden_test; do
    binary=$(find "$build/tests" -name $test -type f -perm -u+x | head -n 1)
    [ -z "$binary" ] || row "$test" $test.txt "$binary"
done
for folder in tests/golden/tiny tests/golden/tiny_gqa resources/demo_model; do
    row "bench ${folder##*/}" "bench-${folder##*/}.txt" "$program" bench --model $folder \
        --backend cuda --prompt 32 --decode 0
done

row "bench tiny with an adapter" bench-adapter.txt "$program" bench --model tests/golden/tiny \
    --adapter tests/golden/adapter/patterns --backend cuda --prompt 32 --decode 0

sanitizer=$(command -v compute-sanitizer || echo /usr/local/cuda/bin/compute-sanitizer)
if [ $quick -eq 0 ] && [ -x "$sanitizer" ]; then
    for tool in memcheck racecheck synccheck initcheck; do
        for op in norm attentionInput attend attentionOutput route experts logits; do
            row "$tool $op" "$tool-$op.txt" "$sanitizer" --tool $tool --error-exitcode 3 \
                --launch-timeout 600 "$program" selftest --backend cuda --op $op
        done
    done
fi

if [ ${#models[@]} -eq 0 ] && [ $quick -eq 0 ]; then
    for preset in q4-small q8 bf16; do
        folder=$out/model-$preset
        [ -f "$folder/config.json" ] ||
            row "synth $preset" "synth-$preset.txt" "$program" synth --size 16b --format $preset \
                --out "$folder"
        models+=("$folder")
    done
fi
for folder in ${models[@]+"${models[@]}"}; do
    name=$(basename "$folder")
    row "bench $name" "bench-$name.txt" "$program" bench --model "$folder" --backend cuda --ops \
        --json "$out/bench-$name.json"
    {
        echo
        echo '```'
        cat "$out/bench-$name.txt"
        echo '```'
    } >>"$out/benches.md"
done
[ ! -f "$out/benches.md" ] || cat "$out/benches.md" >>"$report"
echo >>"$report"
echo "$failures failed." >>"$report"
cat "$report"
[ $failures -eq 0 ]
