#!/usr/bin/env bash
# Runs clang-tidy, with the checks of .clang-tidy, over what has changed since main, one source at a
# time. Configures build/tidy for it and builds nothing. Installs what is missing first.
#
# usage: packaging/tidy.sh [--since REVISION] [FILE or FOLDER..]    files and folders: all in them
source "$(dirname "$0")/setup.sh"

since=main
if [ "${1:-}" = --since ]; then
    since=$2
    shift 2
fi
install_missing "${build_packages[@]}" "${test_packages[@]}" clang clang-tidy
say "Configuring build/tidy"
cmake --preset dev -B build/tidy -DDSM_PCH=OFF -DDSM_BATCHES=OFF -DDSM_CUDA=OFF -DDSM_BENCHMARKS=OFF >/dev/null

# Sources of test programs include what moc makes of them, which is not there.
sources_of() {
    grep '\.cpp$' | { grep -Fxf <(sed -n 's|^ *"file": "'"$PWD"'/\(.*\)".*|\1|p' build/tidy/compile_commands.json) || true; } |
        while read -r file; do grep -q '#include ".*\.moc"' "$file" || echo "$file"; done
}
if [ $# -gt 0 ]; then
    mapfile -t sources < <(git ls-files -- "$@" | sources_of)
else
    mapfile -t sources < <({ git diff --name-only --diff-filter=d "$(git merge-base "$since" HEAD)"
        git ls-files --others --exclude-standard; } | sort -u | sources_of)
fi
say "Looking at ${#sources[@]} sources"
failed=0
for source in "${sources[@]}"; do
    nice clang-tidy -p build/tidy --quiet --extra-arg=-Wno-unknown-warning-option "$source" 2>/dev/null || failed=1
done
exit $failed
