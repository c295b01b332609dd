#!/usr/bin/env bash
# readme.sh PROGRAM: runs every command that README.md shows (lines that begin with "$ "). What
# installs, builds or takes minutes is not repeated inside the build that it made: there, what
# the command names must exist.
set -euo pipefail
program=$1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CONVTUNE_DB=$work/convtune.db
mkdir "$work/bin"
ln -s "$program" "$work/bin/convtune"
export PATH=$work/bin:$PATH

count=0
while read -r command; do
  echo "\$ $command"
  count=$((count + 1))
  read -r -a words <<<"$command"
  case "${words[0]}" in
    ./scripts/*)
      "${words[0]}" --help >/dev/null
      ;;
    cmake)
      preset=$(sed -n 's/.*--preset \([a-z-]*\).*/\1/p' <<<"$command")
      [[ -z $preset || $(cmake --list-presets=all) == *"\"$preset\""* ]] ||
        { echo "there is no preset $preset"; exit 1; }
      ;;
    ctest)
      ctest --list-presets >/dev/null
      ;;
    build/release/convtune | convtune)
      words[0]=$program
      # Only the start of a sweep: the rest is more of the same.
      [[ ${words[1]} != tune ]] || words+=(--budget 1s)
      "${words[@]}" </dev/null 2>"$work/said" || {
        cat "$work/said"
        # Without cuDNN there is no answer for its GPUs, and the reason says so.
        [[ $command == *--device* ]] && grep -q convtune_cuda "$work/said"
      }
      ;;
    *)
      echo "this test does not know how to run it"
      exit 1
      ;;
  esac
done < <(sed -n 's/^ *\$ //p' README.md)

[[ $count -ge 5 ]] || { echo "README.md shows $count commands only"; exit 1; }
