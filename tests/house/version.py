#!/usr/bin/env python3
"""The header's numbers, the library's names, and what it is linked with.

    version.py VERSION_HEADER LIBWEIR.SO
"""
import ctypes
import os
import pathlib
import re
import subprocess
import sys

from tap import Tap

NEEDED = re.compile(r'lib(openblas|blis|blas|m|c)\.so\.\d+|ld-linux.*')


def numbers(header):
    text = pathlib.Path(header).read_text(encoding='utf-8')
    return dict(re.findall(r'#define (WEIR_\w*VERSION_\w+) (\d+)', text))


def dynamic(library, tag):
    output = subprocess.run(['readelf', '--dynamic', '--wide', library], stdout=subprocess.PIPE, text=True,
                            check=True, env={**os.environ, 'LC_ALL': 'C'}).stdout
    return re.findall(rf'\({tag}\).*\[(.*)\]', output)


def differs(what, found, expected):
    return [] if found == expected else [f'{what} is {found}, not {expected}']


def main(header, library):
    version = numbers(header)
    major, minor = version['WEIR_API_VERSION_MAJOR'], version['WEIR_API_VERSION_MINOR']
    package = '.'.join(version['WEIR_VERSION_' + part] for part in ('MAJOR', 'MINOR', 'PATCH'))
    weir = ctypes.CDLL(library)
    weir.weir_version.restype = weir.weir_build_info.restype = ctypes.c_char_p

    tap = Tap()
    tap.case('the soname is the API version', differs('it', dynamic(library, 'SONAME'), [f'libweir.so.{major}']))
    tap.case('so is the file',
             differs('it', pathlib.Path(library).resolve().name, f'libweir.so.{major}.{minor}.0'))
    tap.case('weir_version is the header\'s', differs('it', weir.weir_version().decode(), package))
    keys = [line.partition(': ')[0] for line in weir.weir_build_info().decode().splitlines()]
    tap.case('weir_build_info has its lines', differs('they', keys, ['version', 'compiler', 'flags', 'built levels', 'blas']))
    needed = dynamic(library, 'NEEDED')
    tap.case('linked with a BLAS, libm and libc only',
             [f'it needs {name}' for name in needed if not NEEDED.fullmatch(name)] +
             ([] if any('blas' in name or 'blis' in name for name in needed) else ['it needs no BLAS']))
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
