#!/usr/bin/env bash
# The scripts explain themselves and refuse what they do not know.
set -euo pipefail

for script in scripts/setup scripts/demo scripts/test scripts/gpu_check scripts/prove-bare-machine; do
  bash -n "$script"
  [[ -n $("$script" --help) ]] || { echo "$script --help says nothing"; exit 1; }
done
bash -n .ci/run
bash -n scripts/gpu_check_run

for script in scripts/setup scripts/test scripts/gpu_check scripts/gpu_check_run; do
  code=0
  said=$("$script" --nonsense 2>&1) || code=$?
  [[ $code -eq 2 && $said == *"'--nonsense'"* ]] ||
    { echo "$script --nonsense: exit $code instead of 2, or it does not name that: $said"; exit 1; }
done

# Every script is described.
for script in scripts/*; do
  name=${script#scripts/}
  [[ $name == README.md ]] || grep -qF -- "$name" scripts/README.md ||
    { echo "scripts/README.md does not mention $name"; exit 1; }
done
