#!/usr/bin/env python3
"""A Fortran program against libweir.so, built and run.

    compile_and_run.py LIBWEIR.SO SOURCE.f90
"""
import os
import pathlib
import shutil
import sys
import tempfile

from tap import Tap


def main(library, source):
    tap = Tap()
    if shutil.which('gfortran') is None:
        tap.skip('a Fortran client', 'no gfortran')
        tap.end()
    folder = pathlib.Path(library).parent
    with tempfile.TemporaryDirectory() as scratch:
        program = pathlib.Path(scratch, 'client')
        built = tap.run('a Fortran client builds', [
            'gfortran', '-std=f2018', '-Wall', '-Wextra', '-Werror', '-J', scratch, source, library,
            f'-Wl,-rpath,{folder}', '-o', program])
        if built is not None:
            tap.run('and runs', [program], env=dict(os.environ))
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
