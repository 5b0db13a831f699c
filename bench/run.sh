#!/bin/sh
# Sets up what is missing (Debian packages, build/), compiles and runs the harness. Arguments go to weir-bench.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=scripts/setup.sh
. "$root/scripts/setup.sh"

# The harness as Meson names it.
harness() {
    meson introspect --targets "$build" | python3 -c '
import json, sys
print(next(target["filename"][0] for target in json.load(sys.stdin) if target["name"] == "weir-bench"))'
}

# shellcheck disable=SC2086
need_packages $build_packages
want_package gnuplot-nox 'it draws the plots'
case "${1-} ${2-}" in
'learn text'*) want_package bible-kjv 'its text is what is learned' ;;
esac
configure_build -Dbench=enabled
compile_build weir-bench

weir_bench=$(harness)
exec "$weir_bench" "$@"
