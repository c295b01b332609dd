#!/usr/bin/env bash
# Nothing appears at the top of the tree but the rooms and what tools demand there.
set -euo pipefail

allowed='.ci .clang-format .clang-tidy .gitignore CMakeLists.txt CMakePresets.json LICENSE README.md
         cli db kernels scripts src tests tuner'

if git rev-parse --git-dir >/dev/null 2>&1; then
  entries=$(git ls-files | cut -d/ -f1 | sort -u)
else
  entries=$(ls -A | grep -vx build)
fi

status=0
for entry in $entries; do
  grep -qwF -- "$entry" <<<"$allowed" || { echo "$entry has no place at the top"; status=1; }
done
for entry in README.md LICENSE scripts/README.md tests/README.md; do
  [[ -s $entry ]] || { echo "$entry is missing"; status=1; }
done
exit $status
