#!/bin/sh
# Builds the network module alone against the LibTorch that comes with pip's torch and
# measures the engine. On a machine with CUDA it measures there, else it says so and runs on the CPU.
#
#   bench/gpu_inference.sh [PYTHON]     PYTHON: an interpreter with torch (python3)
#
# Needs CMake 3.21, g++ 12, fmt and nlohmann-json; CSGIS_FMT_INCLUDE and CSGIS_JSON_INCLUDE name folders of header-only
# copies where they are not installed.
set -eu
python=${1:-python3}
source=$(cd "$(dirname "$0")/.." && pwd)
build=$source/build/gpu-inference

prefix=$("$python" -c 'import torch; print(torch.utils.cmake_prefix_path)')
cuda=$("$python" -c 'import torch; print("cuda" if torch.cuda.is_available() else "cpu")')
cmake -S "$source" -B "$build" -DCMAKE_BUILD_TYPE=Release -DCSGIS_COMPONENTS=model -DCSGIS_BENCH=ON \
  -DCMAKE_PREFIX_PATH="$prefix" \
  ${CSGIS_FMT_INCLUDE:+-DCSGIS_FMT_INCLUDE="$CSGIS_FMT_INCLUDE"} \
  ${CSGIS_JSON_INCLUDE:+-DCSGIS_JSON_INCLUDE="$CSGIS_JSON_INCLUDE"}
cmake --build "$build" -j "$(nproc)" --target csgis-net network_bench

"$build/bin/csgis-net"
if [ "$cuda" = cpu ]; then
  echo "no CUDA device: measured on the CPU"
  OMP_PROC_BIND=true "$build/bin/network_bench" --size 321x481
  exit 0
fi
for size in 375x500 1080x1920; do
  "$build/bin/network_bench" --device cuda --size "$size" --repeats 50
done
"$python" "$source/bench/compile_peer.py"
