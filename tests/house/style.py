#!/usr/bin/env python3
"""The formatter and shellcheck find nothing to say, where they are installed.

    style.py ROOT
"""
import pathlib
import shutil
import subprocess
import sys

from tap import Tap

TREES = ('include', 'lib', 'examples', 'bench', 'tests')
SCRIPTS = ('bench/run.sh', 'bench/peers/run.sh', 'tests/run.sh', 'scripts/*.sh', '.ci/run')
CLANG_FORMAT = '14' # other versions format otherwise


def clang_format(tap, root):
    name = 'clang-format leaves the sources as they are'
    if shutil.which('clang-format') is None:
        tap.skip(name, 'no clang-format')
        return
    version = subprocess.run(['clang-format', '--version'], stdout=subprocess.PIPE, text=True, check=True).stdout
    if f'version {CLANG_FORMAT}.' not in version:
        tap.skip(name, f'not version {CLANG_FORMAT}')
        return
    files = sorted(path for tree in TREES for path in (root / tree).rglob('*.[ch]'))
    tap.run(name, ['clang-format', '--dry-run', '--Werror', '--ferror-limit=1', *files])


def shellcheck(tap, root):
    if shutil.which('shellcheck') is None:
        tap.skip('shellcheck is content', 'no shellcheck')
        return
    files = sorted(path for pattern in SCRIPTS for path in root.glob(pattern))
    tap.run('shellcheck is content', ['shellcheck', '-x', *files], cwd=root)


def main(root):
    tap = Tap()
    clang_format(tap, pathlib.Path(root))
    shellcheck(tap, pathlib.Path(root))
    tap.end()


if __name__ == '__main__':
    main(sys.argv[1])
