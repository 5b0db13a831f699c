#!/bin/sh
# Makes the API reference with Doxygen: reference.sh [FOLDER], by default build/reference. Fails on any warning.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=${1:-$root/build/reference}
mkdir -p "$folder"
WEIR_REFERENCE=$(CDPATH='' cd -- "$folder" && pwd)
WEIR_VERSION=$(sed -n 's/^#define WEIR_VERSION_[A-Z]* \([0-9]*\).*/\1/p' "$root/include/weir/version.h" | paste -s -d .)
export WEIR_REFERENCE WEIR_VERSION
cd "$root"
doxygen docs/Doxyfile
printf '%s\n' "$WEIR_REFERENCE/index.html"
