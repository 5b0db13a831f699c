"""Tables for people."""
import itertools

import estimates
import sets
import summary

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


def rows_of_part(rows, part):
    """Table by table, how many rows come from there; and which, where most of the table comes from elsewhere."""
    for (group, mode, threads), each in grouped(rows):
        mine = [row for row in each if row.part == part]
        if mine:
            few = 2 * len(mine) < len(each)
            yield f'{table_name(group, mode, threads)}: {len(mine)} of {len(each)} rows' \
                + f' ({", ".join(shape(row.work) for row in mine)})' * few


def heads(machines, rows):
    """What heads all rows; then, where they were measured in parts, what is each part's own, and which rows it has."""
    if len(machines) == 1:
        return head(machines[0])
    shared = dict(set.intersection(*(set(machine.items()) for machine in machines)))
    texts = [head({key: value for key, value in machines[0].items() if key in shared})]
    for part, machine in enumerate(machines):
        own = head({key: value for key, value in machine.items() if key not in shared})
        texts.append('\n'.join([f'PART {part + 1} of {len(machines)}', own, *rows_of_part(rows, part)]))
    return '\n\n'.join(texts)


def shape(work):
    """A row's name in its table."""
    text = f'{work.cell} H={work.hidden} B={work.batch}'
    return text + (f' T={work.steps}' if work.group == 'lengths' else '')


def table_name(group, mode, threads):
    return f'{group.upper()}, {mode}, {threads} thread{"s" * (threads > 1)}'


def title(group, mode, threads):
    about = 'T = 50, I = H' if group == 'grid' else sets.EXTRAS[group][0]
    return f'{table_name(group, mode, threads)} ({about})'


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
            f'{1e-9 * row.flop_rate(row.weir):.1f}', f'{100 * row.peak_share():.0f}', *handover,
            *(compared_text(row, name) for name in names), best.name if best else '']


def speed_table(rows):
    names = opponent_names(rows)
    handover = ['handover'] if any(row.handover() for row in rows) else []
    header = [rows[0].weir, 'us/step', 'GFLOP/s', '% peak', *handover, *names, 'best']
    return aligned(header, [speed_line(row, names) for row in rows if row.timed])


MEMORY = {'inference': 'MiB of a call', 'training': 'MiB kept'} # the table's name for what is compared


def memory_table(rows, mode):
    """What a call of inference takes beside weights, x and y; what training keeps between forward and backward."""
    what = summary.COMPARED_BYTES[mode]
    names = [name for name in dict.fromkeys(itertools.chain.from_iterable(row.subjects for row in rows))
             if any(what in row.subjects.get(name, {}).get('bytes', {}) for row in rows)]
    weir = rows[0].weir
    lines = [[shape(row.work), *(mebibytes(row, name, what) for name in names), mebibytes(row, weir, 'total')]
             for row in rows]
    return aligned([MEMORY[mode], *names, f'{weir}, all of the plan'], lines)


def memory_tables(rows):
    """Of one number of threads: with more of them a little more is held."""
    for mode in MEMORY:
        each = [row for row in rows if row.work.mode == mode and row.work.threads == rows[0].work.threads]
        if each:
            yield f'MEMORY, {mode}\n{memory_table(each, mode)}'


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


def against_best(row):
    best = row.best_peer()
    return best.median if best else None


def against(name):
    return lambda row: row.compared(name).median if row.is_timed(name) else None


WHOM = [('the best of them', against_best), ('PyTorch', against('torch')),
        ("Weir's own engine on OpenBLAS", against('weir-blas'))]


def overview(rows):
    """The grid in one table of Markdown, as README shows it: a column for each mode and number of threads."""
    grid = [row for row in rows if row.work.group == 'grid' and row.timed]
    columns = [each for _, each in grouped(grid)]
    header = [f'{mode}, {threads} thread{"s" * (threads > 1)}' for (_, mode, threads), _ in grouped(grid)]
    lines = [['Weir is so many times as fast as', *header], ['---'] * (1 + len(header))]
    for cell in dict.fromkeys(row.work.cell for row in grid):
        for who, ratio_of in WHOM:
            ratios = [[ratio_of(row) for row in column if row.work.cell == cell] for column in columns]
            lines.append([f'{cell.upper()}: {who}', *(ratio_text([*filter(None, each)]) for each in ratios)])
    return '\n'.join('| ' + ' | '.join(cells) + ' |' for cells in lines)


def report(rows):
    """All of it, but for the machine and the targets."""
    parts = [LEGEND]
    if any(row.work.group == 'grid' for row in rows):
        parts.append(f'OVERVIEW of the grid: geometric mean (worst to best shape)\n{overview(rows)}')
    for (group, mode, threads), each in grouped(rows):
        parts.append(f'{title(group, mode, threads)}\n{speed_table(each)}')
    parts += memory_tables(rows)
    parts.append('LARGEST DEVIATIONS from PyTorch in double precision\n' + '\n'.join(agreement_lines(rows)))
    found = list(problems(rows))
    if found:
        parts.append('NOT TIMED\n' + '\n'.join(found))
    return '\n\n'.join(parts)
