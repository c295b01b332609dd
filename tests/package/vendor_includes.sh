#!/usr/bin/env bash
# System headers are visible everywhere, so who may include which is checked in the text.
set -euo pipefail

status=0
# only_in 'HEADER PATTERN' ROOM ...: no other folder includes such a header.
only_in() {
  local pattern=$1 file
  shift
  while read -r file; do
    for room in "$@"; do [[ $file == "$room"/* ]] && continue 2; done
    echo "$file includes $pattern, which belongs to: $*"
    status=1
  done < <(grep -rlE "^ *# *include *[<\"]($pattern)" --include=*.hpp --include=*.cpp --include=*.h \
             src kernels tuner db cli || true)
}

only_in 'sqlite3' db
only_in 'nlohmann/' db tuner src/api src/inputs src/report cli
only_in 'onnx/|google/protobuf' src/inputs
only_in 'onnx/|google/protobuf' src/inputs
only_in 'dnnl|oneapi/dnnl' kernels/onednn
only_in 'cblas|openblas' kernels/blas
only_in 'CLI/' cli
only_in 'cuda|cudnn|cublas|cufft|nvrtc' kernels/cuda kernels/cudnn kernels/cublas kernels/cufft
only_in 'fmt/' kernels tuner db src/api src/report cli
only_in 'gtest/|gmock/|benchmark/' tests
exit $status
