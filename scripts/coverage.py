#!/usr/bin/env python3
"""Tables of what the tests cover, from gcovr's JSON: lines and branches by folder, then the lines never run.

    coverage.py COVERAGE.json
"""
import collections
import json
import pathlib
import sys


def ranges(numbers):
    """[1, 2, 3, 7] -> "1-3 7"."""
    parts = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ' '.join(str(first) if first == last else f'{first}-{last}' for first, last in parts)


def totals(file):
    """[lines run, lines, branches taken, branches]"""
    lines = [line for line in file['lines'] if not line.get('gcovr/noncode')]
    branches = [branch for line in lines for branch in line['branches'] if not branch.get('throw')]
    return [sum(line['count'] > 0 for line in lines), len(lines),
            sum(branch['count'] > 0 for branch in branches), len(branches)]


def row(name, numbers):
    def share(part, whole):
        return f'{part:6d} of {whole:6d} {100 * part / whole:6.1f} %' if whole else f'{"-":>26}'
    print(f'{name:<14} {share(*numbers[:2])}   {share(*numbers[2:])}')


def main(path):
    with open(path, encoding='utf-8') as file:
        files = json.load(file)['files']
    folders = collections.defaultdict(lambda: [0] * 4)
    for file in files:
        for name in (str(pathlib.PurePath(file['file']).parent), 'all'):
            folders[name] = [a + b for a, b in zip(folders[name], totals(file))]
    print(f'coverage by folder{"lines run":>20}{"branches taken":>32}')
    for name in sorted(folders, key=lambda name: (name == 'all', name)):
        row(name, folders[name])
    print('\nlines never run')
    for file in sorted(files, key=lambda file: file['file']):
        never = [line['line_number'] for line in file['lines'] if not line['count'] and not line.get('gcovr/noncode')]
        if never:
            print(f'{file["file"]}: {ranges(never)}')


if __name__ == '__main__':
    main(sys.argv[1])
