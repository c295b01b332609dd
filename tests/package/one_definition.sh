#!/usr/bin/env bash
# Two classes of one qualified name are one class to the linker, whatever is in them: which of their
# functions a program gets is chance. No two files may define such.
set -euo pipefail

twice=$(ctags -R --languages=C++ --kinds-C++=sc --fields=+s -f - src kernels tuner db cli |
  awk -F'\t' '{
      scope = ""
      for (i = 4; i <= NF; ++i) if ($i ~ /^(namespace|class|struct):/) scope = $i
      if (scope == "" || scope ~ /__anon/) next
      name = scope "::" $1
      files[name] = files[name] " " $2
      ++count[name]
    }
    END { for (name in count) if (count[name] > 1) print name " is defined in" files[name] }')
[[ -z $twice ]] || { echo "$twice"; exit 1; }
