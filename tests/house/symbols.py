#!/usr/bin/env python3
"""What the libraries export.

    symbols.py LIBWEIR.SO LIBWEIR.A EXPORTED_SYMBOLS.TXT INCLUDE_FOLDER
"""
import pathlib
import re
import subprocess
import sys

from tap import Tap

FUNCTION = re.compile(r'^WEIR_API\b[^;]*?\b(weir_\w+)\(', re.MULTILINE)


def global_symbols(library, *options):
    output = subprocess.run(['nm', '--defined-only', '--extern-only', '--format=posix', *options, library],
                            stdout=subprocess.PIPE, text=True, check=True).stdout
    return {line.split()[0] for line in output.splitlines() if len(line.split()) > 1}


def differences(found, expected):
    return ([f'{name} is exported and should not be' for name in sorted(found - expected)] +
            [f'{name} is not exported' for name in sorted(expected - found)])


def main(shared, static, expected_file, headers):
    expected = set(pathlib.Path(expected_file).read_text(encoding='utf-8').split())
    declared = {name for header in pathlib.Path(headers).glob('weir/*.h')
                for name in FUNCTION.findall(header.read_text(encoding='utf-8'))}
    tap = Tap()
    tap.case('the shared library exports the list', differences(global_symbols(shared, '--dynamic'), expected))
    tap.case('the list is what the headers declare',
             [f'{name} stands in only one of the two' for name in sorted(expected ^ declared)])
    tap.case('global symbols of the static library begin with weir_',
             [name for name in sorted(global_symbols(static)) if not name.startswith('weir_')])
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
