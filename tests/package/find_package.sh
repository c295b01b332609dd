#!/usr/bin/env bash
# find_package.sh BUILD WORK OPTION ...: installs BUILD under WORK and uses it as a stranger would.
set -euo pipefail
build=$1 work=$2/find_package
shift 2

rm -rf "$work"
cmake --install "$build" --prefix "$work/prefix" >/dev/null
cmake -S tests/package/consumer/find_package -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" "$@"
cmake --build "$work/build"

export CONVTUNE_DB=$work/convtune.db
"$work/build/consumer"
"$work/build/convolution"
"$work/prefix/bin/convtune" --version
"$work/prefix/bin/convtune" list implementations

for file in bash-completion/completions/convtune zsh/site-functions/_convtune \
            fish/vendor_completions.d/convtune.fish man/man1/convtune.1; do
  [[ -s $work/prefix/share/$file ]] || { echo "share/$file is not installed"; exit 1; }
done
