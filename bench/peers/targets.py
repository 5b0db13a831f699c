"""The table of targets: what is aimed at, what was reached."""
import dataclasses
import typing

import estimates
import sets
import tables
from work import MODES

RATIO_WORST, HIGH_WORST = 0.97, 1.0
FULL = frozenset(sets.FULL)


def on_grid(row):
    return row.work.group == 'grid' and (row.work.hidden, row.work.batch) in FULL


def small(row):
    return on_grid(row) and row.work.hidden <= 64 and row.work.batch <= 4


def single(row):
    return on_grid(row) and row.work.batch == 1 and row.work.hidden >= 128


def gru_or_rnn(row):
    return on_grid(row) and row.work.cell != 'lstm'


def of_set(name):
    return lambda row: row.work.group == name


def of_mode(rows, mode, threads):
    return [row for row in rows if row.work.mode == mode and row.work.threads == threads]


def against_best(rows):
    ratios = [best.median for best in (row.best_peer() for row in rows) if best]
    return estimates.geometric_mean(ratios) if ratios else None


def against_torch(rows):
    ratios = [row.compared('torch').median for row in rows if row.is_timed('torch')]
    return estimates.geometric_mean(ratios) if ratios else None


def share_of_peak(rows):
    return estimates.geometric_mean([row.peak_share() for row in rows])


def share_of_bound(rows):
    return estimates.geometric_mean([row.bound_share() for row in rows])


@dataclasses.dataclass(frozen=True)
class Target:
    name: str
    mode: str
    chosen: typing.Callable # whether a row belongs to it
    reached: typing.Callable # a number from the rows, or None
    goals: dict # by number of threads
    count: int # rows that belong to it, for one number of threads
    percent: bool = False


def pair(name, chosen, reached, inference, training, count, percent=False):
    """One for each mode."""
    return [Target(f'{name}, {mode}', mode, chosen, reached, goals, count, percent)
            for mode, goals in (('inference', inference), ('training', training))]


def five_less(goal):
    return {1: goal, 2: goal - 0.05}


def at_peak(hiddens):
    return lambda row: on_grid(row) and row.work.batch >= 4 and row.work.hidden in hiddens


GEOMETRIC = [
    *pair('geometric mean over the grid', on_grid, against_best, {1: 1.5, 2: 1.8}, {1: 1.5, 2: 2.0}, 84),
    *pair('H <= 64, B <= 4', small, against_best, {1: 2.0, 2: 2.0}, {1: 2.5, 2: 2.5}, 18),
    *pair('B = 1, H >= 128', single, against_best, {1: 1.25, 2: 1.25}, {1: 1.4, 2: 1.4}, 12),
    *pair('B = 1, H >= 128, share of the bound', single, share_of_bound, {1: 0.85, 2: 0.85}, {1: 0.85, 2: 0.85}, 12,
          True),
    *pair('B >= 4, H >= 256, share of the FMA peak', at_peak((256, 512, 1024)), share_of_peak, five_less(0.90),
          five_less(0.85), 27, True),
    *pair('B >= 4, H = 128, share of the FMA peak', at_peak((128,)), share_of_peak, five_less(0.82), five_less(0.78),
          9, True),
    Target('GRU and RNN against PyTorch alone, training', 'training', gru_or_rnn, against_torch, {1: 5.0, 2: 8.0}, 56),
    *pair('ragged against PackedSequence', of_set('ragged'), against_torch, {1: 1.8}, {1: 4.0}, 6),
    *pair('f64 against PyTorch f64', of_set('f64'), against_torch, {1: 2.0}, {1: 2.0}, 18),
]


def judged(met, found, count):
    """In words; of fewer rows than belong to the target it is not the last one."""
    return ('met' if met else 'NOT met') + ' so far' * (found < count)


def geometric_cells(target, rows, threads):
    """(goal, reached, judgement, rows) of one number of threads."""
    if threads not in target.goals:
        return None
    chosen = [row for row in of_mode(rows, target.mode, threads) if target.chosen(row)]
    reached = target.reached(chosen) if chosen else None
    shown = (lambda number: f'{100 * number:.0f} %') if target.percent else (lambda number: f'{number:.2f}')
    goal = target.goals[threads]
    measured = f'{len(chosen)} of {target.count}'
    if reached is None:
        return [f'>= {shown(goal)}', '', 'not measured', measured]
    return [f'>= {shown(goal)}', shown(reached), judged(reached >= goal, len(chosen), target.count), measured]


def worst_cells(rows, mode, threads):
    """The single cell with the lowest median, and whether every cell meets both bounds."""
    chosen = [row for row in of_mode(rows, mode, threads) if on_grid(row)]
    found = [(best, row) for best, row in ((row.best_peer(), row) for row in chosen) if best]
    goal = f'>= {RATIO_WORST}, high >= {HIGH_WORST}'
    if not found:
        return [goal, '', 'not measured', '0 of 84']
    worst, row = min(found, key=lambda each: each[0].median)
    failing = [best for best, _ in found if best.median < RATIO_WORST or best.high < HIGH_WORST]
    reached = f'{worst.median:.2f} [{worst.low:.2f}, {worst.high:.2f}] {tables.shape(row.work)}'
    return [goal, reached, judged(not failing, len(found), 84), f'{len(found)} of 84, {len(failing)} fail']


def second_thread_cells(rows, mode):
    """Small cells: one thread's time over that of two, in the same rounds."""
    name = f'{rows[0].weir}@1'
    chosen = [row for row in of_mode(rows, mode, 2) if small(row) and row.is_timed(name)]
    goal = f'never slower: high >= {HIGH_WORST}'
    if not chosen:
        return [goal, '', 'not measured', '0 of 18']
    found = [(row.compared(name), row) for row in chosen]
    worst, row = min(found, key=lambda each: each[0].high)
    failing = [each for each, _ in found if each.high < HIGH_WORST]
    reached = f'{worst.median:.2f} [{worst.low:.2f}, {worst.high:.2f}] {tables.shape(row.work)}'
    return [goal, reached, judged(not failing, len(found), 18), f'{len(found)} of 18, {len(failing)} fail']


def lines_of_threads(rows, threads):
    for target in GEOMETRIC:
        cells = geometric_cells(target, rows, threads)
        if cells:
            yield [target.name, str(threads), *cells]
    for mode in MODES:
        yield [f'worst single cell of the grid, {mode}', str(threads), *worst_cells(rows, mode, threads)]
    if threads == 2:
        for mode in MODES:
            yield [f'H <= 64, B <= 4, two threads against one, {mode}', '2', *second_thread_cells(rows, mode)]


def report(rows):
    timed = [row for row in rows if row.timed]
    if not timed:
        return 'TARGETS: nothing was timed'
    counts = sorted({row.work.threads for row in timed})
    lines = [line for threads in counts for line in lines_of_threads(timed, threads)]
    marked = sum(bool(row.marks) for row in timed)
    table = tables.aligned(['target', 'threads', 'goal', 'reached', '', 'cells'], lines)
    return (f'TARGETS of {timed[0].weir}: best peer\'s time over Weir\'s, geometric means unless said otherwise; '
            f'{marked} of {len(timed)} rows have a mark\n{table}')
