#!/bin/sh
# Compiles the two digits models, classifies pictures they have not seen, and prints how that went.
set -eu
[ $# = 1 ] || { echo "usage: examples/digits/run.sh BUILD_FOLDER" >&2; exit 2; }
build=$(cd "$1" && pwd)
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
octet="$build/bin/octet"

# heldout/tflite.int8 is what TFLite's x86 kernels print; the default is TFLite's reference kernels.
"$octet" compile digits_float.tflite -o "$work/digits_float.so"
"$octet" compile digits_int8.tflite -o "$work/digits_int8.so" --numerics tflite-optimized

${CXX:-c++} -std=c++17 -O2 -I ../../include demo.cpp -L "$build/lib" -loctet "-Wl,-rpath,$build/lib" -o "$work/demo"
"$work/demo" "$work/digits_float.so" "$work/digits_int8.so" digits_int8.tflite heldout

echo
echo "octet run digits_int8.so --input image=pictures/3.png --labels labels.txt --top 3"
"$octet" run "$work/digits_int8.so" --input image=pictures/3.png --labels labels.txt --top 3
