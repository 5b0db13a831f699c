#!/usr/bin/env python3
"""The README's table of peers is that of the committed report.

    figures.py ROOT
"""
import pathlib
import sys

from tap import Tap


def overview(report):
    """The table under OVERVIEW."""
    lines = iter(report.splitlines())
    for line in lines:
        if line.startswith('OVERVIEW'):
            break
    table = []
    for line in lines:
        if not line.startswith('|'):
            break
        table.append(line)
    return table


def main(root):
    root = pathlib.Path(root)
    table = overview((root / 'docs/reports/peers.txt').read_text(encoding='utf-8'))
    readme = (root / 'README.md').read_text(encoding='utf-8').splitlines()
    tap = Tap()
    tap.case('the report has an overview', [] if len(table) > 2 else ['there is none'])
    tap.case('README has all of it', [f'not there: {line}' for line in table if line not in readme])
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
