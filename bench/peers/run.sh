#!/bin/sh
# Sets up what is missing (Debian packages, build/, and in build-peers/ a Python environment and the compiled subjects),
# then times Weir beside its peers. Arguments go to main.py; --help lists them. PYTHON names another python3.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=scripts/setup.sh
. "$root/scripts/setup.sh"

peers=$root/bench/peers
folder=$root/build-peers
openmp=$folder/openmp
python=${PYTHON:-python3}

need_python() {
    "$python" -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
}

# installed REQUIREMENTS: whether the environment has what that file says now.
installed() {
    cmp -s "$1" "$folder/$(basename "$1").installed"
}

# install REQUIREMENTS OPTION...: what the file says.
install() {
    requirements=$1
    shift
    if installed "$requirements"; then
        return 0
    fi
    timed "Installing $(basename "$requirements")" quietly 40 "$folder/bin/pip" install "$@" -r "$requirements" ||
        stop 'pip could not install it.'
    cp "$requirements" "$folder/$(basename "$requirements").installed"
}

make_environment() {
    # The checkout has moved, or the Python is gone: an environment knows its own place.
    if ! "$folder/bin/pip" --version >/dev/null 2>&1; then
        rm -rf "$folder"
        need_python
        timed 'Making the Python environment' quietly 40 "$python" -m venv "$folder" || stop 'That failed.'
    fi
    install "$peers/requirements.txt"
    install "$peers/requirements-openmp.txt" --no-deps --prefix "$openmp"
}

# subject NAME ARGUMENT...: compiles c/NAME's shared object.
subject() {
    object=$folder/subject-$1.so
    shift
    gcc -std=c11 -D_GNU_SOURCE -O2 -fPIC -shared -Wall -Wextra -I"$root/bench" -o "$object" "$@" ||
        stop "$object could not be compiled."
}

# A run path in the old style (DT_RPATH) holds for the libraries of the libraries too.
compile_subjects() {
    subject weir -I"$root/include" "$peers/c/weir.c" -L"$build/lib" -lweir -Wl,-rpath,"$build/lib"
    subject onednn -isystem "$folder/include" "$peers/c/onednn.c" "$folder/lib/libdnnl.so" \
        -Wl,--disable-new-dtags,-rpath,"$folder/lib"
    subject onednn-openmp -isystem "$openmp/include" "$peers/c/onednn.c" "$openmp/lib/libdnnl.so" \
        -Wl,-rpath,"$openmp/lib"
    subject roofs -ffp-contract=fast "$peers/c/roofs.c" "$root/bench/machine/peak.c" "$root/bench/machine/pin.c" \
        "$root/bench/machine/vector.c" "$root/bench/base/clock.c" -lpthread -lm
}

prepare() {
    # shellcheck disable=SC2086
    need_packages $build_packages
    configure_build -Dbench=enabled
    compile_build weir-bench
    make_environment
    compile_subjects
}

# What is said here is no part of the results.
prepare >&2
exec "$folder/bin/python" "$peers/main.py" "$@"
