#!/usr/bin/env python3
"""An example prints what is expected of it.

    examples.py EXPECTED.txt PROGRAM

The text is the same, but for numbers that the expectation writes with a tilde, which are near: which BLAS and CPU
compute decides the last digits, and training makes them more.
"""
import difflib
import re
import subprocess
import sys

from tap import Tap

NUMBER = re.compile(r'(~?)(\d+\.\d+)')


def near(found, wanted):
    return abs(float(found) - float(wanted)) <= 0.2 * abs(float(wanted)) + 0.001


def settle(found, wanted):
    """`wanted`, with its numbers after a tilde replaced by those found where these are near."""
    numbers = [number for _, number in NUMBER.findall(found)]

    def choose(match, position=[0]):
        index, position[0] = position[0], position[0] + 1
        if match.group(1) and index < len(numbers) and near(numbers[index], match.group(2)):
            return numbers[index]
        return match.group(0)
    return NUMBER.sub(choose, wanted)


def main(expected, program):
    tap = Tap()
    found = tap.run('it runs', [program])
    if found is not None:
        with open(expected, encoding='utf-8') as file:
            wanted = settle(found, file.read())
        lines = difflib.unified_diff(wanted.splitlines(), found.splitlines(), 'expected', 'printed', lineterm='')
        tap.case('and prints what is expected', lines)
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
