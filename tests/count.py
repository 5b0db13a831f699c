#!/usr/bin/env python3
"""Says what a `meson test` run did: what failed with its output, and how many there were of all.

    count.py TESTLOG.json ...

Every TAP subtest counts, and every test that is not TAP; a TAP program that dies, or runs another number of subtests
than it planned, counts as one more failure. The last line is "N passed, N failed", with ", N skipped" if there are
any; the exit status is 1 if something failed or nothing passed.
"""
import collections
import json
import re
import sys

PLAN = re.compile(r'1\.\.\d+')
SUBTEST = re.compile(r'(not )?ok\b\s*\d*\s*-?\s*([^#]*)(?:#\s*(skip)\S*\s*(.*))?', re.IGNORECASE)
RESULTS = {'OK': 'passed', 'EXPECTEDFAIL': 'passed', 'SKIP': 'skipped'}
SHOWN = 100 # lines of a failed test's output


def subtests(output):
    """(result, name, reason) of every TAP line."""
    for match in filter(None, map(SUBTEST.match, output)):
        not_ok, name, skip, reason = match.groups()
        result = 'failed' if not_ok else 'skipped' if skip else 'passed'
        yield result, name.strip(), (reason or '').strip()


def results(test):
    """(result, name, reason) of everything that one of Meson's tests counts for."""
    whole = RESULTS.get(test['result'], 'failed')
    output = test.get('stdout', '').splitlines()
    if not any(map(PLAN.match, output)):
        return [(whole, test['result'].lower(), output[-1] if output and whole == 'skipped' else '')]
    counted = list(subtests(output))
    if whole == 'failed' and all(result != 'failed' for result, _, _ in counted):
        counted.append(('failed', f'{test["result"].lower()}, status {test["returncode"]}', ''))
    return counted or [(whole, '', '')]


def show(test):
    """What a failed test said, but for the lines of what passed."""
    said = test.get('stdout', '').splitlines() + test.get('stderr', '').splitlines()
    said = [line for line in said if not line.startswith('ok ')]
    print(f'\n--- {test["name"]}')
    print('\n'.join(said[-SHOWN:]))


def tests_of(path):
    try:
        with open(path, encoding='utf-8') as file:
            return [json.loads(line) for line in file]
    except OSError as error:
        print(error, file=sys.stderr)
        return []


def main(paths):
    count = collections.Counter()
    listed = []
    for test in (test for path in paths for test in tests_of(path)):
        counted = results(test)
        count.update(result for result, _, _ in counted)
        if any(result == 'failed' for result, _, _ in counted):
            show(test)
        listed += [f'{result}: {test["name"]}: {name}{f" ({reason})" if reason else ""}'
                   for result, name, reason in counted if result != 'passed']
    print('\n'.join(['', *listed]))
    skipped = f', {count["skipped"]} skipped' if count['skipped'] else ''
    print(f'{count["passed"]} passed, {count["failed"]} failed{skipped}')
    return 1 if count['failed'] or not count['passed'] else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
