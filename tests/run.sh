#!/bin/sh
# Sets up what is missing (Debian packages, build/), compiles and runs the tests. Arguments go to `meson test`.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=scripts/setup.sh
. "$root/scripts/setup.sh"

# shellcheck disable=SC2086
need_packages $build_packages libcmocka-dev
configure_build -Dtests=enabled
compile_build ""

log=$build/meson-logs/testlog.json
rm -f "$log"
status=0
meson test -C "$build" --no-rebuild "$@" || status=1
python3 "$root/tests/count.py" "$log" || status=1
exit "$status"
