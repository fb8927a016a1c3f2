#!/usr/bin/env bash
# Builds DeepSeekMoE Desktop and starts it with the bundled demo model. Without a display it opens
# the terminal chat instead. Installs the packages that are missing first. Says how long it took until
# the model's first answer. Run it as often as you like: what is there is not made again.
#
# usage: packaging/run.sh [OPTION..]    options go to the program, e.g. --model FOLDER
source "$(dirname "$0")/setup.sh"

install_missing "${build_packages[@]}"
# Tests need packages of their own; windows and commands wait for people, not for the processor.
configure_options=(-DDSM_TESTS=OFF -DDSM_BENCHMARKS=OFF -DDSM_PCH=ON -DDSM_WINDOW_OPTIMISATION=-O1)
# Kernels for the GPU at hand, or none where there is none: all six architectures of the preset take
# minutes. DSM_GPU_ARCHITECTURES names others, as "90" or "80;90".
architectures=${DSM_GPU_ARCHITECTURES:-$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null |
    tr -d '. ' | sort -u | paste -sd ';' || true)}
if [ -n "$architectures" ]; then
    configure_options+=(-DDSM_CUDA=AUTO "-DCMAKE_CUDA_ARCHITECTURES=$architectures")
else
    configure_options+=(-DDSM_CUDA=OFF)
fi
build_in_batches release deepseekmoe deepseekmoe-desktop
say "Built after $SECONDS s. Asking the demo model: Hello!"
build/release/app/cli/deepseekmoe chat --temperature 0 --max-tokens 48 <<<'Hello!'
say "The first answer was there $SECONDS s after the start"

if [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then
    say "Starting DeepSeekMoE Desktop"
    exec build/release/app/deepseekmoe-desktop "$@"
fi
say "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): opening the terminal chat"
exec build/release/app/cli/deepseekmoe chat "$@"
