#!/usr/bin/env python3
"""Every figure that docs/results.md gives as ours stands in the report beside it, made by the command beside it.

    results.py ROOT

A row of a table that ends in a link to a report is such a claim: columns that begin with "Weir" have the figures, "command"
has the command.
"""
import pathlib
import re
import sys

from tap import Tap

REPORT = re.compile(r'\[[^]]*\]\((reports/[^)]+\.txt)\)')
NUMBER = re.compile(r'\d[\d,]*(?:\.\d+)?(?:e-?\d+)?')


def cells(line):
    return [cell.strip() for cell in line.strip().strip('|').split('|')]


def rows(text):
    """(the row by its column's names, path of the report)"""
    names = []
    for line in text.splitlines():
        if not line.startswith('|'):
            names = []
        elif not names:
            names = cells(line)
        elif link := REPORT.search(cells(line)[-1]):
            yield dict(zip(names, cells(line))), link.group(1)


def missing(row, report):
    """Figures of the row that are not in the report, commas aside."""
    known = set(NUMBER.findall(report))
    known |= {number.replace(',', '') for number in known}
    ours = ' '.join(cell for name, cell in row.items() if name.startswith('Weir'))
    return [number for number in NUMBER.findall(ours) if number.replace(',', '') not in known]


def problems(row, report):
    command = row['command'].strip('`')
    found = [f'{number} is not in the report' for number in missing(row, report)]
    if not re.search(rf'^command: {re.escape(command)}( (-o|--resume) \S+)?$', report, re.MULTILINE):
        found.append(f'the report was not made by {command}')
    return found


def main(root):
    docs = pathlib.Path(root) / 'docs'
    tap = Tap()
    for row, path in rows((docs / 'results.md').read_text(encoding='utf-8')):
        tap.case(f'{row["what"]}: {path}', problems(row, (docs / path).read_text(encoding='utf-8')))
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
