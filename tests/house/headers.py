#!/usr/bin/env python3
"""Each public header alone, with warnings as errors, in C99, C11 and C++11.

    headers.py INCLUDE_FOLDER CC...
"""
import pathlib
import shutil
import sys
import tempfile

from tap import Tap

WARNINGS = ['-pedantic-errors', '-Wall', '-Wextra', '-Werror', '-Wconversion', '-Wshadow', '-Wundef']
C_ONLY = ['-Wstrict-prototypes', '-Wmissing-prototypes', '-Wold-style-definition']


def languages(cc):
    """(name, suffix, compiler and standard); the compiler is None where the machine has none."""
    cxx = shutil.which('c++') or shutil.which('g++') or shutil.which('clang++')
    return [('C99', '.c', [*cc, '-std=c99', *C_ONLY]), ('C11', '.c', [*cc, '-std=c11', *C_ONLY]),
            ('C++11', '.cpp', [cxx, '-std=c++11'] if cxx else None)]


def main(folder, *cc):
    tap = Tap()
    with tempfile.TemporaryDirectory() as scratch:
        for header in sorted(pathlib.Path(folder).glob('weir/*.h')):
            for language, suffix, compiler in languages(cc):
                name = f'weir/{header.name} as {language}'
                if compiler is None:
                    tap.skip(name, 'no C++ compiler')
                    continue
                source = pathlib.Path(scratch, 'alone' + suffix)
                source.write_text(f'#include <weir/{header.name}>\n#include <weir/{header.name}>\n'
                                  'int alone(void);\nint alone(void) { return 0; }\n', encoding='utf-8')
                tap.run(name, [*compiler, *WARNINGS, f'-I{folder}', '-fsyntax-only', source])
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
