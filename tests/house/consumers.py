#!/usr/bin/env python3
"""Programs built against an installed tree: through pkg-config, shared and static, and through CMake.

    consumers.py BUILD_FOLDER PREFIX LIBDIR VERSION CC...

PREFIX and LIBDIR are Meson's options of those names. The tree is installed into a scratch folder, and the prefix that
weir.pc has is made that folder.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from tap import Tap

HERE = pathlib.Path(__file__).parent
FOLDER = HERE / 'consumer'


def said(command, check=True, **options):
    """What a command printed, both ways."""
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=check,
                          **options).stdout


def pkg_config(libdir, *arguments):
    environment = {**os.environ, 'PKG_CONFIG_PATH': f'{libdir}/pkgconfig:{os.environ.get("PKG_CONFIG_PATH", "")}'}
    return said(['pkg-config', *arguments, 'weir'], env=environment).split()


def relocate(pc, prefix, new_prefix):
    text = pc.read_text(encoding='utf-8')
    assert f'prefix={prefix}\n' in text, text
    pc.write_text(text.replace(f'prefix={prefix}\n', f'prefix={new_prefix}\n'), encoding='utf-8')


def library_path(libdir):
    return {**os.environ, 'LD_LIBRARY_PATH': f'{libdir}:{os.environ.get("LD_LIBRARY_PATH", "")}'.rstrip(':')}


def missing_library(cc, flags, scratch):
    """The linker's complaint if even an empty program cannot be linked with what Weir is linked with."""
    source = scratch / 'empty.c'
    source.write_text('int main(void) { return 0; }\n', encoding='utf-8')
    done = subprocess.run([*cc, source, '-o', scratch / 'empty', *(flag for flag in flags if flag != '-lweir')],
                          stderr=subprocess.PIPE, text=True, check=False)
    return done.stderr.splitlines()[0] if done.returncode else ''


def by_pkg_config(tap, cc, libdir, scratch, kind, options):
    """Builds and runs the program with what pkg-config says."""
    program = scratch / f'consumer_{kind}'
    flags = pkg_config(libdir, '--cflags', '--libs', *options)
    missing = missing_library(cc, flags, scratch)
    if missing:
        tap.skip(f'pkg-config builds a {kind} consumer', f'the BLAS itself lacks something: {missing}')
        return
    built = tap.run(f'pkg-config builds a {kind} consumer',
                    [*cc, '-std=c99', '-Wall', '-Wextra', '-Werror', FOLDER / 'consumer.c', '-o', program, *flags])
    if built is None:
        return
    tap.run(f'the {kind} consumer runs', [program], env=library_path(libdir))
    has = 'libweir.so' in said(['readelf', '--dynamic', '--wide', program])
    tap.case(f'the {kind} consumer is {kind}', [] if has == (kind == 'shared') else 'readelf says otherwise')


def by_cmake(tap, cc, prefix, scratch, wanted):
    out = scratch / 'cmake'
    configured = tap.run('find_package finds it', [
        'cmake', '-G', 'Ninja', '-S', FOLDER, '-B', out, f'-DCMAKE_PREFIX_PATH={prefix}', f'-DWANTED_VERSION={wanted}',
        f'-DCMAKE_C_COMPILER={shutil.which(cc[-1]) or cc[-1]}', '-DCMAKE_C_FLAGS=-Wall -Wextra -Werror'])
    if configured is not None and tap.run('CMake builds a consumer', ['cmake', '--build', out]) is not None:
        tap.run('the CMake consumer runs', [out / 'consumer'])
    refused = ' '.join(said(['cmake', '-G', 'Ninja', '-S', FOLDER, '-B', scratch / 'newer',
                             f'-DCMAKE_PREFIX_PATH={prefix}', '-DWANTED_VERSION=1000.0'], check=False).split())
    tap.case('find_package refuses a newer version than there is',
             [] if 'is compatible with requested version "1000.0"' in refused else refused)


def main(build, prefix, libdir, version, *cc):
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix='weir consumers') as scratch:
        scratch = pathlib.Path(scratch)
        staged = scratch / 'installed'
        if tap.run('it installs', ['meson', 'install', '-C', build, '--no-rebuild', '--destdir', staged]) is None:
            tap.end()
        # Without a space: pkg-config's words are split at spaces.
        with tempfile.TemporaryDirectory(prefix='weir-') as root:
            tree = pathlib.Path(root, 'prefix')
            shutil.copytree(staged / prefix.lstrip('/'), tree, symlinks=True)
            lib = tree / libdir
            relocate(lib / 'pkgconfig' / 'weir.pc', prefix, tree)
            tap.case('weir.pc has the version', [] if pkg_config(lib, '--modversion') == [version] else 'another one')
            by_pkg_config(tap, cc, lib, scratch, 'shared', [])
            if shutil.which('cmake'):
                by_cmake(tap, cc, tree, scratch, version)
            else:
                tap.skip('find_package finds it', 'no cmake')
            for library in lib.glob('libweir.so*'):
                library.unlink()
            by_pkg_config(tap, cc, lib, scratch, 'static', ['--static'])
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
