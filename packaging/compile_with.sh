#!/bin/sh
# Compiles with another compiler than the build's: what CMake starts before the compiler of targets that
# `dsm_compile_as_test` names (packaging/cmake/targets.cmake).
#
# usage: compile_with.sh CLANG LAUNCHER BUILD'S-COMPILER OPTION..
#   LAUNCHER starts it: a compiler cache, or env
clang=$1 launcher=$2
shift 3
case " $* " in
*" -x c++-header "*)
    # Clang would take what was precompiled before for a part of what it precompiles now.
    next=
    for option in "$@"; do
        [ "$next" != output ] || rm -f "$option"
        next=
        [ "$option" != -o ] || next=output
    done
    set -- -fpch-instantiate-templates "$@"
    ;;
esac
exec "$launcher" "$clang" -Wno-unknown-warning-option -Xclang -fno-pch-timestamp "$@"
