"""What the command line says."""
import argparse
import os
import pathlib
import re

import results
import sets
import subjects
from work import CELLS, MODES

# The first is compared with all others; `auto` is the plan's own choice.
DEFAULT_ENGINES = ['native', 'blas']
PEERS = list(subjects.PEERS)
ENGINES = list(subjects.ENGINES)

EPILOG = '''\
The subject is the first of --engines; the other engines and the peers are what it is compared with. Long runs can be
made in parts, each with an --output of its own, and shown together: --read FOLDER FOLDER --targets --output FOLDER.
How it measures: docs/peers.md.'''


def listed(allowed, what):
    """An argument type: words of `allowed` with commas between them, or `all`."""
    def parse(text):
        words = list(allowed) if text == 'all' else text.split(',')
        for word in words:
            if word not in allowed:
                raise argparse.ArgumentTypeError(f'there is no {what} "{word}": {", ".join(allowed)}, or all')
        return list(dict.fromkeys(words))
    return parse


def grid(text):
    """full, quick, small, or H x B pairs."""
    if text in sets.GRIDS:
        return sets.GRIDS[text]
    pairs = [re.fullmatch(r'([1-9]\d*)x([1-9]\d*)', pair) for pair in text.split(',')]
    if None in pairs:
        names = ', '.join(sets.GRIDS)
        raise argparse.ArgumentTypeError(f'"{text}" is neither {names} nor pairs of H and B such as 16x1,512x64')
    return [(int(pair[1]), int(pair[2])) for pair in pairs]


def numbers(text):
    if not re.fullmatch(r'\d+(,\d+)*', text):
        raise argparse.ArgumentTypeError(f'"{text}" is not a list of whole numbers such as 1,2')
    return [int(word) for word in text.split(',')]


def positive(kind):
    def parse(text):
        try:
            number = kind(text)
        except ValueError:
            number = 0
        if not 0 < number < float('inf'):
            raise argparse.ArgumentTypeError(f'"{text}" is not a number greater than 0')
        return number
    return parse


def whole(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number')
    return int(text)


def make_parser():
    parser = argparse.ArgumentParser(
        prog='bench/peers/run.sh', formatter_class=argparse.RawDescriptionHelpFormatter, epilog=EPILOG,
        description='Times Weir and its peers in turn, on equal work, after checking that their results agree.')
    what = parser.add_argument_group('what is measured')
    what.add_argument('--sets', type=listed(sets.SETS, 'set'), default=['grid'], metavar='SET,...',
                      help='grid; ' + '; '.join(f'{name}: {about}' for name, (about, _) in sets.EXTRAS.items())
                           + ' (default: grid)')
    what.add_argument('--grid', type=grid, default=sets.GRIDS['full'], metavar='GRID',
                      help='of the set grid (T = 50, I = H): full, H 16..1024 by B 1..64; quick, six of them; small, '
                           'those with H <= 64 and B <= 4; or pairs HxB,... (default: full)')
    what.add_argument('--cells', type=listed(CELLS, 'cell'), default=list(CELLS), metavar='CELL,...',
                      help=', '.join(CELLS) + ' (default: all)')
    what.add_argument('--modes', type=listed(MODES, 'mode'), default=list(MODES), metavar='MODE,...',
                      help=', '.join(MODES) + ' (default: both)')
    what.add_argument('--threads', type=numbers, default=[1], metavar='N,...', help='such as 1,2 (default: 1)')
    who = parser.add_argument_group('who is measured')
    who.add_argument('--engines', type=listed(ENGINES, 'engine'), default=DEFAULT_ENGINES, metavar='ENGINE,...',
                     help=f'of Weir: {", ".join(ENGINES)} (default: {",".join(DEFAULT_ENGINES)})')
    who.add_argument('--peers', type=listed(PEERS, 'peer'), default=PEERS, metavar='PEER,...',
                     help=', '.join(PEERS) + ' (default: all)')
    add_how(parser.add_argument_group('how'))
    add_output(parser.add_argument_group('what comes of it'))
    return parser


def add_how(group):
    group.add_argument('--samples', type=positive(int), default=9, metavar='N', help='of each subject (default: 9)')
    group.add_argument('--sample-seconds', type=positive(float), default=0.05, metavar='S',
                       help='a sample is as many runs as fill this time (default: 0.05)')
    group.add_argument('--row-seconds', type=positive(float), default=60, metavar='S',
                       help='fewer samples, at least three, of a row that takes longer (default: 60)')
    group.add_argument('--retakes', type=whole, default=0, metavar='N',
                       help='at the end measure anew what has a mark (! or ~), up to N times, and keep the better '
                            '(default: 0)')
    group.add_argument('--near', type=positive(float), default=100, metavar='NS',
                       help='mark a row of several threads with ~ where a cache line takes longer than this from one '
                            'of its CPUs to the next (default: 100)')
    group.add_argument('--cpus', type=numbers, metavar='N,...',
                       help='run on the first of these, as many as threads (default: those that this process may use)')


def add_output(group):
    group.add_argument('--output', type=pathlib.Path, metavar='FOLDER',
                       help='for results (default: results/peers-<date>; of --read: none)')
    group.add_argument('--targets', action='store_true', help='show the table of targets too')
    group.add_argument('--read', type=pathlib.Path, nargs='+', metavar='PLACE',
                       help='measure nothing: show the results of these together, folders or files like summary.json, '
                            'of a row that stands in several the one from the quieter machine')
    group.add_argument('--list', action='store_true', help='measure nothing: list the rows and how long they may take')


def check(parser, options):
    """What no single option can know."""
    usable = sorted(os.sched_getaffinity(0))
    options.cpus = options.cpus or usable
    strangers = [cpu for cpu in options.cpus if cpu not in usable]
    if strangers:
        parser.error(f'argument --cpus: this process may not run on CPU {strangers[0]}')
    if min(options.threads) < 1 or max(options.threads) > len(options.cpus):
        parser.error(f'argument --threads: from 1 to {len(options.cpus)}, which is how many CPUs there are')
    if options.output and results.file_of(options.output).exists():
        parser.error(f'argument --output: {options.output} has results already')
    for path in options.read or ():
        if not results.file_of(path).is_file():
            parser.error(f'argument --read: there is no {results.ROWS} or {results.SUMMARY} in {path}')


def parse(arguments):
    parser = make_parser()
    options = parser.parse_args(arguments)
    check(parser, options)
    return options
