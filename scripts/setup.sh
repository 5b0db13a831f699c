# The set-up that bench/run.sh and tests/run.sh share; they set `root` (the checkout) and source this file.
# shellcheck shell=sh

build=${root:?}/build
apt_options='-y -qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 --no-install-recommends'

# What a build needs.
# shellcheck disable=SC2034
build_packages='gcc libc6-dev meson ninja-build pkgconf python3 libopenblas-dev libjansson-dev'

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# quietly LINES COMMAND...: shows what it prints, the last so many lines of it, only if it fails.
quietly() {
    quietly_lines=$1
    shift
    quietly_log=$(mktemp) || return 1
    quietly_status=0
    "$@" >"$quietly_log" 2>&1 </dev/null || quietly_status=$?
    if [ "$quietly_status" -ne 0 ]; then
        tail -n "$quietly_lines" "$quietly_log" >&2
    fi
    rm -f "$quietly_log"
    return "$quietly_status"
}

# timed LABEL COMMAND...: says what begins, and how many seconds it took if it ended well.
timed() {
    printf '%s ...\n' "$1"
    shift
    timed_start=$(date +%s)
    "$@" || return
    printf '... %s s\n' $(($(date +%s) - timed_start))
}

# --- Debian packages -------------------------------------------------------------------------------------------------

# missing_packages NAME...: those that are not installed, in one line.
missing_packages() {
    missing=''
    for package in "$@"; do
        case " $(dpkg-query -W -f '${db:Status-Status} ' "$package" 2>/dev/null)" in
        *' installed '*) ;;
        *) missing="$missing $package" ;;
        esac
    done
    printf '%s' "${missing# }"
}

# as_root COMMAND...: through sudo if need be.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

can_be_root() {
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; }
}

# apt_get ARGUMENT...
apt_get() {
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get $apt_options "$@"
}

# update_and_install NAME...
update_and_install() {
    apt_get update && apt_get install "$@"
}

# install_packages NAME...: installs what is missing, saying which. Fails, saying why, where that cannot be done.
install_packages() {
    wanted=$(missing_packages "$@")
    if [ -z "$wanted" ]; then
        return 0
    fi
    if ! can_be_root; then
        printf 'These Debian packages are missing, and only root can install them: %s\n' "$wanted" >&2
        return 1
    fi
    # shellcheck disable=SC2086
    timed "Installing the Debian packages $wanted" quietly 6 update_and_install $wanted || {
        printf 'These Debian packages are missing and could not be installed: %s\n' "$wanted" >&2
        return 1
    }
}

# need_packages NAME...: installs what is missing, or says what to install and stops.
need_packages() {
    if ! command -v dpkg-query >/dev/null; then
        printf 'This is not a Debian machine: nothing is installed. Needed, by their Debian names: %s\n' "$*" >&2
        return 0
    fi
    install_packages "$@" || stop "Install them, as root, and start again:

    apt-get update && apt-get install --no-install-recommends $wanted"
}

# want_package NAME WHAT_FOR: installs it if it is missing; goes on without.
want_package() {
    if command -v dpkg-query >/dev/null; then
        install_packages "$1" || printf 'Going on without %s (%s).\n' "$1" "$2" >&2
    fi
}

# --- Meson -----------------------------------------------------------------------------------------------------------

# The library folder that Debian's linker, pkg-config and CMake look into, such as lib/x86_64-linux-gnu. Meson itself
# finds it only where dpkg-dev is installed, and else takes lib64.
debian_libdir() {
    printf 'lib/%s' "$(gcc -print-multiarch)"
}

# configure_build OPTION: configures build/ with a Meson option such as -Dtests=enabled, unless that was done before.
configure_build() {
    configured=$build/configured-by-run-sh # the checkout's path, then the options so far
    if [ -e "$configured" ] && [ "$(head -n 1 "$configured")" != "$root" ]; then
        rm -rf "$build" # the checkout has moved
    fi
    if grep -qxF -e "$1" "$configured" 2>/dev/null; then
        return 0
    fi
    if [ -e "$build/meson-private/coredata.dat" ]; then
        set -- "$1" --reconfigure
    fi
    timed 'Configuring' quietly 40 meson setup "$@" --libdir="$(debian_libdir)" "$build" "$root" ||
        stop 'Meson could not configure the build.'
    [ -e "$configured" ] || printf '%s\n' "$root" >"$configured"
    printf '%s\n' "$1" >>"$configured"
}

# compile_build TARGET: that and what it needs; '' is everything.
compile_build() {
    if [ -t 1 ]; then
        timed 'Compiling' meson compile -C "$build" ${1:+"$1"}
    else
        timed 'Compiling' quietly 40 meson compile -C "$build" ${1:+"$1"}
    fi || stop 'The build failed.'
}
