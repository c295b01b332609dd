#!/usr/bin/env bash
# symbols.sh LIBRARY: the shared library shows namespace convtune and nothing else.
set -euo pipefail

shown=$(nm -DC --defined-only "$1" | cut -d' ' -f3-)
grep -q '^convtune::parse_problem(' <<<"$shown" || { echo "parse_problem is hidden"; exit 1; }
foreign=$(grep -vE '^((typeinfo|typeinfo name|vtable) for )?convtune::|^__(a|ub|t)san|^$' <<<"$shown" || true)
if [[ -n $foreign ]]; then
  echo "Visible, but not ours:"
  head <<<"$foreign"
  exit 1
fi
