#!/usr/bin/env python3
"""What README and docs/peers.md say of the peers stands in the committed reports.

    figures.py ROOT

README's table is the overview of peers.txt. A decimal number in the text around that table is in an overview or among
the targets of some docs/reports/peers*.txt, one in a column "reached" of docs/peers.md among the targets; "N of M
lines" are the targets met of one of them, "N of M rows are behind" cells that fail there.
"""
import itertools
import pathlib
import re
import sys

from tap import Tap

DECIMAL = re.compile(r'(?<![\d.])\d+\.\d\d(?!\d|\.\d)')
LINES = re.compile(r'\b(\d+ of \d+) lines')
BEHIND = re.compile(r'\b(\w+) of (\d+) rows are behind')
WORST = re.compile(r'^worst single cell .* (\d+) of \d+, (\d+) fail$', re.MULTILINE) # rows, those that fail
WORDS = 'None One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve'.split()


def section(text, start, end):
    """The lines from the one that begins with `start` to the one before the next that begins with `end`."""
    lines = itertools.dropwhile(lambda line: not line.startswith(start), text.splitlines())
    return [next(lines, ''), *itertools.takewhile(lambda line: not line.startswith(end), lines)]


def overview(report):
    """The table under OVERVIEW."""
    return [line for line in section(report, 'OVERVIEW', 'GRID') if line.startswith('|')]


def targets(report):
    return '\n'.join(section(report, 'TARGETS', 'nothing'))


def column(text, name):
    """What stands under that name in the tables of a page."""
    place = None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split('|')]
        if not line.startswith('|'):
            place = None
        elif place is None:
            place = cells.index(name) if name in cells else -1
        elif place > 0:
            yield cells[place]


def targets_met(report):
    """"N of M", lines."""
    judged = re.findall(r'  (NOT met|met)(?: so far)?  ', targets(report))
    return f'{judged.count("met")} of {len(judged)}'


def behind(report):
    """"N of M", rows that fail: of each line about the worst cells, and of any together."""
    lines = [(int(fail), int(rows)) for rows, fail in WORST.findall(report)]
    for count in range(1, len(lines) + 1):
        for chosen in itertools.combinations(lines, count):
            yield '{} of {}'.format(*map(sum, zip(*chosen)))


def said_behind(text):
    for some, rows in BEHIND.findall(text):
        yield f'{WORDS.index(some.capitalize()) if some.capitalize() in WORDS else some} of {rows}'


def main(root):
    root = pathlib.Path(root)
    reports = [path.read_text(encoding='utf-8') for path in sorted((root / 'docs/reports').glob('peers*.txt'))]
    readme, page = ((root / name).read_text(encoding='utf-8') for name in ('README.md', 'docs/peers.md'))
    table = overview((root / 'docs/reports/peers.txt').read_text(encoding='utf-8'))
    around = '\n'.join(line for line in section(readme, '## How fast', '## ') if not line.startswith('|'))
    tap = Tap()

    def known(name, claims, of_report):
        there = set(itertools.chain.from_iterable(map(of_report, reports)))
        tap.case(name, [f'in no report: {claim}' for claim in claims if claim not in there])

    tap.case('the report has an overview', [] if len(table) > 2 else ['there is none'])
    tap.case('README has all of it', [f'not there: {line}' for line in table if line not in readme.splitlines()])
    known('README says around it what reports say', DECIMAL.findall(around),
          lambda report: DECIMAL.findall('\n'.join(overview(report)) + targets(report)))
    known('docs/peers.md has reached what reports say', DECIMAL.findall(' '.join(column(page, 'reached'))),
          lambda report: DECIMAL.findall(targets(report)))
    known('docs/peers.md counts the targets met', LINES.findall(page), lambda report: [targets_met(report)])
    known('both count the rows behind', said_behind(around + page), behind)
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
