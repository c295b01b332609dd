#!/usr/bin/env bash
# module.sh BUILD WORK OPTION ...: builds and installs a module of kernels as a stranger would; then
# the installed program lists, checks, races and remembers what is in it.
set -euo pipefail
build=$1 work=$2/module
shift 2

rm -rf "$work"
cmake --install "$build" --prefix "$work/prefix" >/dev/null
cmake -S tests/package/consumer/module -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_INSTALL_PREFIX="$work/kernels" -DCMAKE_BUILD_TYPE=Release "$@"
cmake --build "$work/build"
cmake --install "$work/build"

export CONVTUNE_DB=$work/convtune.db
convtune=$work/prefix/bin/convtune
module=$work/kernels/lib/example/example.so
problem=fwd.f32.nchw_n1c2i6x6k2f3x3s1x1p1x1d1x1g1

# says TEXT COMMAND ...: the outputs of the command have that text in them.
says() {
  local text=$1 output
  shift
  output=$("$@" 2>&1) || { echo "$output"; echo "exit $?: $*"; exit 1; }
  [[ $output == *"$text"* ]] || { echo "$output"; echo "not said: $text"; exit 1; }
}

says "seven loops - from $module" "$convtune" list implementations --module "$module"
says "1 right" "$convtune" verify $problem --candidates 'example.naive/*' --module "$module"

# From here on by the folder that it lies in.
export CONVTUNE_MODULES=$work/kernels/lib/example
says '"outcome":"measured"' "$convtune" bench $problem --candidates 'example.naive/*' --rounds 2 --json
"$convtune" tune $problem --rigour one_run
says example.naive/loops "$convtune" explain $problem
[[ $("$convtune" explain $problem) != *"another environment"* ]]

# What was timed with another build of it no longer counts.
strip "$module"
says "was measured in another environment" "$convtune" explain $problem

# What is listed and is no module is said, and the rest goes on; what was asked for must be there.
export CONVTUNE_MODULES=$CONVTUNE_MODULES:$work/nothing.so
says "is not there" "$convtune" list implementations
says "example.naive" "$convtune" list implementations
if "$convtune" list implementations --module "$work/nothing.so"; then exit 1; fi
