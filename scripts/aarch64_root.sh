#!/bin/sh
# aarch64_root.sh FOLDER: what the tests need of AArch64 and Debian's cross compiler lacks (the reference BLAS, cmocka and
# jansson), unpacked into FOLDER, which must not be there yet. FOLDER/root.ini tells cross/aarch64-linux-gnu.ini where
# that is.
#
# The packages are Debian's, fetched and checked by apt with lists and a cache of its own in FOLDER: nothing is
# installed, no architecture is added to this machine, and it takes no root. (To install the libc6:arm64 that they ask
# for would draw this machine's own libc6 to the same version; theirs comes from libc6-arm64-cross.)
set -eu
mkdir -p "$(dirname -- "$1")"
mkdir "$1"
folder=$(CDPATH='' cd -- "$1" && pwd)

mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$folder/packages"

# arm64_apt ARGUMENT...
arm64_apt() {
    apt-get -y -qq -o Acquire::Retries=3 -o APT::Sandbox::User="$(id -un)" \
        -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
        -o Dir::State="$folder/apt" -o Dir::State::status=/dev/null -o Dir::Cache="$folder/apt" "$@"
}

arm64_apt update
(cd "$folder/packages" &&
    arm64_apt download libblas3 libblas-dev libcmocka0 libcmocka-dev libjansson4 libjansson-dev)
for package in "$folder"/packages/*.deb; do
    dpkg-deb -x "$package" "$folder"
done
rm -rf "$folder/apt" "$folder/packages"
for library in libblas.so libblas.so.3; do # as an installed package's alternatives
    ln -s "blas/$library" "$folder/usr/lib/aarch64-linux-gnu/$library"
done

printf "[constants]\nroot = '%s'\n" "$folder" >"$folder/root.ini"
