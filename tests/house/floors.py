#!/usr/bin/env python3
"""The house: who may include whom.

    floors.py ROOT

A quoted include names a file from the root of its tree (lib/, bench/, tests/), and that file lies in the same folder or
on a floor below.
"""
import pathlib
import re
import sys

from tap import Tap

# Highest first; folders of one floor are strangers to each other.
LIB = [{'api'}, {'train', 'diagnose'}, {'net'}, {'engine'}, {'cell'}, {'kern', 'blas'}, {'base'}]
BENCH = [{'.'}, {'all', 'peers/c'}, {'learn/tasks'},
         {'overhead', 'roofline', 'plans', 'cost', 'checkpoints', 'gradient', 'learn'},
         {'throughput'}, {'command'}, {'report', 'work'}, {'machine'}, {'base'}]

GENERATED = {'build_info.h', 'revision.h'}
INCLUDE = re.compile(r'\s*#\s*include\s+(.*?)\s*(?:/\*.*)?$')


def sources(tree):
    return sorted(path for path in tree.rglob('*') if path.suffix in ('.c', '.h'))


def includes(path):
    """(line number, what stands after #include)"""
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(1)


def height(floors, folder):
    """Small numbers are below; None is on no floor."""
    return next((len(floors) - k for k, names in enumerate(floors) if folder in names), None)


def may_include(floors, user, used):
    return user == used or height(floors, used) < height(floors, user)


def upward(tree, floors):
    """Sentences: folders on no floor, includes that go up or sideways."""
    for path in sources(tree):
        folder = path.parent.relative_to(tree).as_posix()
        where = f'{tree.name}/{path.relative_to(tree)}'
        if height(floors, folder) is None:
            yield f'{where}: {folder}/ is on no floor'
            continue
        for number, what in includes(path):
            used = what.strip('"').rpartition('/')[0] or '.'
            if not what.startswith('"') or what.strip('"') in GENERATED:
                continue
            if height(floors, used) is None:
                yield f'{where}:{number}: {used}/ is on no floor'
            elif not may_include(floors, folder, used):
                yield f'{where}:{number}: {folder} may not include {what}'


def not_from_root(tree):
    """Sentences: quoted includes that are no file of the tree, named from its root."""
    for path in sources(tree):
        for number, what in includes(path):
            if what.startswith('"') and what.strip('"') not in GENERATED and not (tree / what.strip('"')).is_file():
                yield f'{tree.name}/{path.relative_to(tree)}:{number}: no {tree.name}/{what[1:-1]}'


def quoted(tree):
    """Sentences: quoted includes where there may be none."""
    for path in sources(tree):
        for number, what in includes(path):
            if what.startswith('"'):
                yield f'{tree.name}/{path.relative_to(tree)}:{number}: {what} is not of the form <weir/...>'


def seam(tree, folder):
    """Sentences: a BLAS header outside of the folder that may call it."""
    for path in sources(tree):
        for number, what in includes(path):
            if ('CBLAS' in what or 'blas.h>' in what) and path.parent.name != folder:
                yield f'{tree.name}/{path.relative_to(tree)}:{number}: only {tree.name}/{folder} calls a BLAS'


def main(root):
    root = pathlib.Path(root)
    tap = Tap()
    tap.case('the library includes downwards only', upward(root / 'lib', LIB))
    tap.case('the harness includes downwards only', upward(root / 'bench', BENCH))
    for tree in ('lib', 'bench'):
        tap.case(f'{tree} names its includes from its root', not_from_root(root / tree))
    for tree in ('include', 'examples'):
        tap.case(f'{tree} includes <weir/...> only', quoted(root / tree))
    tap.case('only lib/blas includes the CBLAS header', seam(root / 'lib', 'blas'))
    tap.end()


if __name__ == '__main__':
    main(sys.argv[1])
