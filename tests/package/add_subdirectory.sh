#!/usr/bin/env bash
# add_subdirectory.sh WORK OPTION ...: a project that has convtune as a part of itself.
set -euo pipefail
work=$1/add_subdirectory
shift

rm -rf "$work"
cmake -S tests/package/consumer/add_subdirectory -B "$work/build" -DCMAKE_BUILD_TYPE=Debug "$@"
cmake --build "$work/build"
export CONVTUNE_DB=$work/convtune.db
"$work/build/consumer"
"$work/build/convolution"
