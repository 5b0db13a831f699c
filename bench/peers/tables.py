"""Tables for people."""
import itertools

import estimates
import sets

MEBIBYTE = 2 ** 20
LEGEND = '''\
Ratios are the other's time over Weir's, median [95 % interval]: above 1 Weir is faster.
A row with ! was disturbed by other processes; in one with ~ the CPUs were far from each other: "handover" is how long
a cache line takes from the one that wrote it to the other.'''


def aligned(header, lines):
    """Columns side by side, the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *lines)]

    def line(cells):
        first, *rest = (cell.ljust(width) if place == 0 else cell.rjust(width)
                        for place, (cell, width) in enumerate(zip(cells, widths)))
        return '  '.join([first, *rest]).rstrip()
    return '\n'.join([line(header), '  '.join('-' * width for width in widths), *map(line, lines)])


def head(machine):
    return '\n'.join(f'{key}: {value}' for key, value in machine.items())


def shape(work):
    """A row's name in its table."""
    text = f'{work.cell} H={work.hidden} B={work.batch}'
    return text + (f' T={work.steps}' if work.group == 'lengths' else '')


def title(group, mode, threads):
    about = 'T = 50, I = H' if group == 'grid' else sets.EXTRAS[group][0]
    return f'{group.upper()}, {mode}, {threads} thread{"s" * (threads > 1)} ({about})'


def grouped(rows):
    """((set, mode, threads), its rows), in the order of first appearance."""
    order = {}
    for row in rows:
        order.setdefault((row.work.group, row.work.mode, row.work.threads), []).append(row)
    return order.items()


def opponent_names(rows):
    """All that stand in these rows beside Weir."""
    names = itertools.chain.from_iterable(row.subjects for row in rows)
    return [name for name in dict.fromkeys(names) if name != rows[0].weir]


def compared_text(row, name):
    if name not in row.subjects:
        return ''
    if not row.is_timed(name):
        return row.subjects[name]['status']
    against = row.compared(name)
    return f'{against.median:.2f} [{against.low:.2f}, {against.high:.2f}]'


def speed_line(row, names):
    best = row.best_peer()
    handover = [f'{1e9 * row.handover():.0f} ns'] if row.handover() else []
    return [shape(row.work) + row.marks, f'{row.step_microseconds(row.weir):.3g}',
            f'{1e-9 * row.flop_rate(row.weir):.1f}', f'{100 * row.peak_share(row.weir):.0f}', *handover,
            *(compared_text(row, name) for name in names), best.name if best else '']


def speed_table(rows):
    names = opponent_names(rows)
    handover = ['handover'] if any(row.handover() for row in rows) else []
    header = [rows[0].weir, 'us/step', 'GFLOP/s', '% peak', *handover, *names, 'best']
    return aligned(header, [speed_line(row, names) for row in rows if row.timed])


def memory_table(rows):
    """What training keeps between forward and backward, in MiB."""
    names = [name for name in dict.fromkeys(itertools.chain.from_iterable(row.subjects for row in rows))
             if any('tape' in row.subjects.get(name, {}).get('bytes', {}) for row in rows)]
    weir = rows[0].weir
    lines = [[shape(row.work), *(mebibytes(row, name, 'tape') for name in names), mebibytes(row, weir, 'total')]
             for row in rows]
    return aligned(['MiB kept', *names, f'{weir}, all of the plan'], lines)


def mebibytes(row, name, what):
    held = row.subjects.get(name, {}).get('bytes', {})
    return f'{held[what] / MEBIBYTE:.3f}' if what in held else ''


def problems(rows):
    """Sentences about who was not timed, and where."""
    for row in rows:
        for name, subject in row.subjects.items():
            if subject['status'] != 'timed':
                yield f'{row.work.place()}: {name}: {subject.get("why", subject["status"])}'


def agreement_lines(rows):
    """The largest deviation of each subject from the reference."""
    worst = {}
    for row in rows:
        for name, subject in row.subjects.items():
            if 'deviation' in subject:
                key = (name, row.work.precision)
                here = (subject['deviation'], f'{subject["worst"]} of {row.work.place()}')
                worst[key] = max(worst.get(key, (0, '')), here)
    return [f'{name} {precision}: {off:.1e} ({where})' for (name, precision), (off, where) in worst.items()]


def ratio_text(ratios):
    """Geometric mean and range."""
    if not ratios:
        return ''
    return f'{estimates.geometric_mean(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})'


def overview_cells(rows, ratio_of):
    """For each mode and number of threads: the ratios of the grid's rows, in a few words."""
    for _, each in grouped(rows):
        yield ratio_text([ratio for ratio in map(ratio_of, each) if ratio])


def against_best(row):
    best = row.best_peer()
    return best.median if best else None


def against(name):
    return lambda row: row.compared(name).median if row.is_timed(name) else None


WHOM = [('the best of them', against_best), ('PyTorch', against('torch')),
        ("Weir's own engine on OpenBLAS", against('weir-blas'))]


def overview(rows):
    """The grid in one table of Markdown, as README shows it."""
    grid = [row for row in rows if row.work.group == 'grid' and row.timed]
    header = [f'{mode}, {threads} thread{"s" * (threads > 1)}' for (_, mode, threads), _ in grouped(grid)]
    lines = [['Weir is so many times as fast as', *header], ['---'] * (1 + len(header))]
    for cell in dict.fromkeys(row.work.cell for row in grid):
        of_cell = [row for row in grid if row.work.cell == cell]
        for who, ratio_of in WHOM:
            lines.append([f'{cell.upper()}: {who}', *overview_cells(of_cell, ratio_of)])
    return '\n'.join('| ' + ' | '.join(cells) + ' |' for cells in lines)


def report(rows):
    """All of it, but for the machine and the targets."""
    parts = [LEGEND]
    if any(row.work.group == 'grid' for row in rows):
        parts.append(f'OVERVIEW of the grid: geometric mean (worst to best shape)\n{overview(rows)}')
    for (group, mode, threads), each in grouped(rows):
        parts.append(f'{title(group, mode, threads)}\n{speed_table(each)}')
    training = [row for row in rows if row.work.training and row.work.threads == rows[0].work.threads]
    if training:
        parts.append(f'MEMORY, training\n{memory_table(training)}')
    parts.append('LARGEST DEVIATIONS from PyTorch in double precision\n' + '\n'.join(agreement_lines(rows)))
    found = list(problems(rows))
    if found:
        parts.append('NOT TIMED\n' + '\n'.join(found))
    return '\n\n'.join(parts)
