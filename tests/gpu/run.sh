#!/usr/bin/env bash
# Builds for CUDA, or takes binaries that were built elsewhere, and runs everything that wants a GPU
# on this machine; writes one report of it, in Markdown and in JSON.
#
# usage: tests/gpu/run.sh [--build DIR] [--out DIR] [--model FOLDER].. [--quick] [--emulated PROGRAM]
#   --build DIR         take the binaries in DIR; without it build/gpu is made here with nvcc
#   --out DIR           where results go (default: gpu-results)
#   --model FOLDER      also measure this checkpoint (repeatable); without one random weights of the
#                       16B shape are written to OUT and measured
#   --quick             no compute-sanitizer, and no 16B model
#   --emulated PROGRAM  no GPU: everything once, in small, with a program that has the emulation
#                       (the target deepseekmoe_emulated), so that this script is known to work
# Exit codes: 0 all passed, 1 something failed (the report says what), 2 wrong usage.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

build="" out=gpu-results quick=0 emulated="" models=()
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=${2:?} && shift 2 ;;
    --out) out=${2:?} && shift 2 ;;
    --model) models+=("${2:?}") && shift 2 ;;
    --quick) quick=1 && shift ;;
    --emulated) emulated=${2:?} && shift 2 ;;
    *)
        sed -n '5,14s/^# \{0,1\}//p' tests/gpu/run.sh >&2
        exit 2
        ;;
    esac
done
mkdir -p "$out"
report=$out/report.md rows=$out/rows.json
failures=0
: >"$rows"

if [ -z "$build$emulated" ]; then
    build=build/gpu
    cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DDSM_CUDA=ON -DDSM_DESKTOP=OFF \
        -DCMAKE_CUDA_ARCHITECTURES="${DSM_CUDA_ARCHITECTURES:-native}" &&
        cmake --build $build || exit 1
fi
program=${emulated:-$build/app/cli/deepseekmoe}

quoted() { # as a string of JSON
    printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')"
}

# row NAME LOG COMMAND..: runs it and writes a row of the reports.
row() {
    local name=$1 log=$out/$2
    shift 2
    local begin=$SECONDS code=0 verdict=ok last
    "$@" >"$log" 2>&1 || code=$?
    [ $code -eq 0 ] || { verdict="**FAILED** ($code)"; failures=$((failures + 1)); }
    last=$(tail -n 1 "$log" | tr '|' '/')
    echo "| $name | $verdict | $((SECONDS - begin)) s | $last |" >>"$report"
    echo "    {\"check\": $(quoted "$name"), \"exit\": $code, \"seconds\": $((SECONDS - begin))," \
        "\"last\": $(quoted "$last")}" >>"$rows"
    echo "$name: $verdict"
}

# job FILE MODEL OUTPUT STEPS REST: a job of training.
job() {
    echo "{\"model\": \"$(realpath "$2")\", \"output\": \"$3\"," \
        "\"data\": \"$(realpath "$out")/rows.jsonl\", \"max_steps\": $4, \"seed\": 1, $5}" >"$1"
}

# left_out NAME WHY: a check that was not made has its row, too.
left_out() {
    echo "| $1 | left out | | $2 |" >>"$report"
    echo "    {\"check\": $(quoted "$1"), \"exit\": null, \"seconds\": 0, \"last\": $(quoted "$2")}" >>"$rows"
    echo "$1: left out ($2)"
}

# What a training took of the GPU, by its own words, stays within its plan.
within_plan() {
    grep '^Memory taken' "$1" || { echo "it does not say what it took" && return 1; }
    ! grep -q 'more than planned' "$1"
}

# The losses of two runs, step by step, within a hundredth.
same_losses() {
    paste <(losses_of "$1") <(losses_of "$2") | awk '
        { n++; d = $1 - $2; if (d < 0) d = -d; if (d > most) most = d; if (d > 0.01 * $1) bad++ }
        END { print n " steps, the losses differ by up to " most; exit n == 0 || bad > 0 }'
}
losses_of() { grep -o '"loss": *[0-9.e+-]*' "$1" | grep -o '[0-9.e+-]*$'; }

{
    echo "# GPU run of $(date -u +%Y-%m-%dT%H:%MZ)"
    echo
    [ -z "$emulated" ] || echo "**On an emulated GPU: this shows that the script works, and nothing of a GPU.**"
    echo '```'
    nvidia-smi --query-gpu=index,name,memory.total,driver_version,clocks.max.sm,clocks.max.mem \
        --format=csv 2>&1
    "$program" devices
    echo '```'
    echo
    echo "| check | result | time | last line |"
    echo "|---|---|---|---|"
} >"$report"

# ---- Is it right? --------------------------------------------------------------------------------

inference_ops=(norm attentionInput attend attentionOutput route experts logits)
training_ops=(embedding trainNorm linear rotate attention gated combine router crossEntropy rows adamW)
if [ -n "$emulated" ]; then
    # Whole tables take the emulation too long; the tests go through them.
    row "self-test of an operation" selftest.txt "$program" selftest --backend cuda --op norm
    row "self-test of training" selftest-training.txt "$program" selftest --backend cuda --op gated
else
    row "self-test, inference and training" selftest.txt "$program" selftest
fi
for test in device_test model_gpu_golden_test; do
    binary=$([ -z "$build" ] || find "$build/tests" -name $test -type f -perm -u+x | head -n 1)
    [ -z "$binary" ] || row "$test" $test.txt "$binary"
done

for i in $(seq 1 64); do
    echo "{\"instruction\": \"How much is $i and $i?\", \"output\": \"It is $((i + i)).\"}"
done >"$out/rows.jsonl"
steps=20
[ -z "$emulated" ] || steps=3
small="\"targets\": \"all\", \"rank\": 4, \"batch_size\": 2, \"accumulation\": 1, \"max_length\": 64,
    \"learning_rate\": 1e-3, \"warmup_steps\": 0"
for backend in cpu cuda; do
    job "$out/parity-$backend.json" tests/golden/tiny "parity-$backend" $steps "$small"
    row "training on $backend" "parity-$backend.txt" "$program" finetune "$out/parity-$backend.json" \
        --backend $backend
done
row "training as on the CPU" parity.txt same_losses \
    "$(find "$out/parity-cpu" -name trainer_state.json | sort | tail -n 1)" \
    "$(find "$out/parity-cuda" -name trainer_state.json | sort | tail -n 1)"

job "$out/parity-shared.json" tests/golden/tiny parity-shared $steps "$small"
row "training on both, the CPU with the experts of two layers" parity-shared.txt "$program" finetune \
    "$out/parity-shared.json" --backend cuda --gpu-layers 1
row "training on both as on the CPU" parity-both.txt same_losses \
    "$(find "$out/parity-cpu" -name trainer_state.json | sort | tail -n 1)" \
    "$(find "$out/parity-shared" -name trainer_state.json | sort | tail -n 1)"

sanitizer=$(command -v compute-sanitizer || echo /usr/local/cuda/bin/compute-sanitizer)
if [ -n "$emulated" ]; then
    left_out compute-sanitizer "it wants a GPU"
elif [ $quick -eq 1 ]; then
    left_out compute-sanitizer "--quick"
elif [ ! -x "$sanitizer" ]; then
    row compute-sanitizer sanitizer.txt "$sanitizer" --version
else
    for tool in memcheck racecheck synccheck initcheck; do
        for op in "${inference_ops[@]}" "${training_ops[@]}"; do
            row "$tool $op" "$tool-$op.txt" "$sanitizer" --tool $tool --error-exitcode 3 \
                --launch-timeout 600 "$program" selftest --backend cuda --op "$op"
        done
    done
fi

# ---- How fast is it? -----------------------------------------------------------------------------

prompt=32
[ -z "$emulated" ] || prompt=4
small_models=(tests/golden/tiny tests/golden/tiny_gqa resources/demo_model)
[ -z "$emulated" ] || small_models=(tests/golden/tiny_gqa) # tiny stands below for the large ones
for folder in "${small_models[@]}"; do
    row "bench ${folder##*/}" "bench-${folder##*/}.txt" "$program" bench --model $folder \
        --backend cuda --prompt $prompt --decode 0
done
row "bench tiny with an adapter" bench-adapter.txt "$program" bench --model tests/golden/tiny \
    --adapter tests/golden/adapter/patterns --backend cuda --prompt $prompt --decode 0
row "bench of training beside experts on the CPU" bench-training.txt "$program" bench \
    --model tests/golden/tiny --train --backend cuda --gpu-layers 1 --train-methods attention \
    --train-tokens 32 --train-length 16 --train-steps 2

train_sizes=(--train-tokens 16384 --train-length 1024 --train-steps 3) bench_sizes=(--ops)
if [ -n "$emulated" ]; then
    train_sizes=(--train-tokens 32 --train-length 16 --train-steps 2) bench_sizes=(--prompt 4 --decode 0)
fi
if [ ${#models[@]} -eq 0 ] && [ -n "$emulated" ]; then
    left_out "models of 16B" "it wants a GPU"
    models=(tests/golden/tiny)
elif [ ${#models[@]} -eq 0 ] && [ $quick -eq 1 ]; then
    left_out "models of 16B" "--quick"
elif [ ${#models[@]} -eq 0 ]; then
    for preset in q4-small q8 bf16 nf4-double; do
        folder=$out/model-$preset
        [ -f "$folder/config.json" ] ||
            row "synth $preset" "synth-$preset.txt" "$program" synth --size 16b --format $preset \
                --tokenizer resources/demo_model --out "$folder"
        models+=("$folder")
    done
fi
for folder in ${models[@]+"${models[@]}"}; do
    name=$(basename "$folder")
    row "bench $name" "bench-$name.txt" "$program" bench --model "$folder" --backend cuda "${bench_sizes[@]}" \
        --json "$out/bench-$name.json"
    row "bench of training $name" "bench-training-$name.txt" "$program" bench --model "$folder" \
        --train --backend cuda --train-methods attention,lora "${train_sizes[@]}"
    { echo && echo '```' && cat "$out/bench-$name.txt" "$out/bench-training-$name.txt" && echo '```'; } \
        >>"$out/benches.md"
done

# A hundred steps of QLoRA, with the memory that was in use below the plan of it.
qlora="$out/model-nf4-double" steps=100
recipe="\"targets\": \"attention+shared\", \"rank\": 16, \"batch_size\": 16, \"accumulation\": 1,
    \"packing\": true, \"max_length\": 1024"
if [ -n "$emulated" ]; then
    qlora=tests/golden/tiny steps=2 recipe=$small
elif [ $quick -eq 1 ]; then
    left_out "QLoRA of the 16B model" "--quick"
fi
if [ -f "$qlora/config.json" ]; then
    job "$out/qlora.json" "$qlora" qlora $steps "$recipe"
    row "QLoRA of $steps steps" qlora.txt "$program" finetune "$out/qlora.json" --backend cuda
    row "its memory beside the plan" qlora-memory.txt within_plan "$out/qlora.txt"
    { echo && echo '```' && grep -A 12 -e '^Trains on' -e '^Memory taken' "$out/qlora.txt" && echo '```'; } \
        >>"$out/benches.md"
fi

# ---- What when it fails? The last: the GPU is lost to that process. -------------------------------

row "memory that runs out, a kernel that faults" recovery.txt "$program" selftest --recovery

[ ! -f "$out/benches.md" ] || cat "$out/benches.md" >>"$report"
echo >>"$report"
echo "$failures failed." >>"$report"
{
    echo "{"
    echo "  \"time\": \"$(date -u +%Y-%m-%dT%H:%MZ)\", \"emulated\": $([ -z "$emulated" ] && echo false || echo true),"
    echo "  \"gpu\": $(quoted "$(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader 2>&1 | head -n 1)"),"
    echo "  \"failures\": $failures,"
    echo "  \"checks\": ["
    sed '$!s/$/,/' "$rows"
    echo "  ]"
    echo "}"
} >"$out/report.json"
rm -f "$rows"
cat "$report"
[ $failures -eq 0 ]
