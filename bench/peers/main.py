"""Weir beside its peers. Started by run.sh, which makes what it needs; --help says what it can do."""
import datetime
import pathlib
import sys
import time

import machine
import measure
import options as command_line
import results
import sets
import subjects
import summary
import tables
import targets
from crew import Crew

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / 'build-peers'
WEIR_BENCH = ROOT / 'build' / 'bench' / 'weir-bench'

# For the estimate only: what a subject reaches, and what it costs beside its samples.
GUESSED_FLOPS, GUESSED_OVERHEAD, GUESSED_PREPARATION = 50e9, 0.03, 0.5


def plan(options):
    return [work for threads in options.threads for name in options.sets
            for work in sets.works_of(name, options.grid, options.cells, options.modes, threads)]


def names_for(options, work):
    """The subjects of a row, the Weir that is compared first."""
    names = [f'weir-{engine}' for engine in options.engines] + options.peers
    if work.threads > 1 and work.group == 'grid' and work.hidden <= 64 and work.batch <= 4:
        names.append(names[0] + '@1') # is a second thread ever a loss?
    return names


def guessed_seconds(options, work):
    count = sum(subjects.can_run(name.partition('@')[0], work) for name in names_for(options, work))
    run = work.flops() / (GUESSED_FLOPS * work.threads)
    sampled = options.samples * count * (max(options.sample_seconds, run) + GUESSED_OVERHEAD)
    return min(sampled, options.row_seconds) + count * (GUESSED_PREPARATION + 3 * run)


def show_duration(seconds):
    if seconds > 5400:
        return f'{seconds / 3600:.1f} h'
    return f'{seconds / 60:.0f} min' if seconds > 90 else f'{seconds:.0f} s'


class Progress:
    """A line a row: how far it is, and how long the rest may take."""

    def __init__(self, options, works):
        self.guesses = [guessed_seconds(options, work) for work in works]
        self.start = time.monotonic()

    def total(self):
        return show_duration(sum(self.guesses))

    def show(self, done, work):
        passed, expected = time.monotonic() - self.start, sum(self.guesses[:done])
        pace = passed / expected if done else 1.0
        left = show_duration(pace * sum(self.guesses[done:]))
        print(f'[{done + 1}/{len(self.guesses)}, about {left} left] {work.place()}', file=sys.stderr, flush=True)


def how_of(options):
    return measure.How(options.samples, options.sample_seconds, options.row_seconds, 1e-9 * options.near)


def measured(options, works):
    """A record for each of the works."""
    progress, how = Progress(options, works), how_of(options)
    crew = None
    try:
        for done, work in enumerate(works):
            if crew is None or crew.threads != work.threads:
                stop(crew)
                crew = Crew(work.threads, options.cpus, FOLDER)
            progress.show(done, work)
            yield measure.measure_row(crew, work, names_for(options, work), how)
    finally:
        stop(crew)


def stop(crew):
    if crew is not None:
        crew.stop()


def measure_all(options, works, store):
    """Until the last row, or Ctrl-C; then again, as often as wanted, what was measured on a disturbed machine."""
    try:
        for record in measured(options, works):
            store.add(record)
        for _ in range(options.retakes):
            places = [place for place, record in enumerate(store.records) if summary.marks(record)]
            for place, record in zip(places, measured(options, [works[place] for place in places])):
                if results.is_better(record, store.records[place]):
                    store.replace(place, record)
    except KeyboardInterrupt:
        print('Stopped: this is what was measured.', file=sys.stderr)


def versions_of(options):
    """Of all subjects; one that cannot even be loaded says why in its place."""
    crew = Crew(1, options.cpus, FOLDER)
    try:
        return crew.versions([f'weir-{engine}' for engine in options.engines] + options.peers)
    finally:
        crew.stop()


def list_rows(options, works):
    for work in works:
        print(f'{work.place()}: {", ".join(name for name in names_for(options, work))}')
    print(f'{len(works)} rows, about {Progress(options, works).total()}')


def report_of(parts, options):
    rows = parts.rows()
    compared = sorted({row.weir for row in rows})
    if len(compared) > 1:
        raise SystemExit(f'These results cannot stand in one table: they compare with {" and with ".join(compared)}.')
    texts = [tables.heads(parts.heads, rows)]
    if rows:
        texts.append(tables.report(rows))
    if options.targets and rows:
        texts.append(targets.report(rows))
    return '\n\n'.join(texts) + '\n'


def show(parts, options, folder):
    """Prints the report; and writes it there, with the summary that it is made of."""
    report = report_of(parts, options)
    if folder:
        parts.write(folder, report)
    print(report)


def run(options, arguments):
    works = plan(options)
    head = machine.describe(WEIR_BENCH, options, arguments, versions_of(options))
    stamp = datetime.datetime.now().strftime('%Y-%m-%d-%H%M%S')
    store = results.Results(options.output or pathlib.Path('results') / f'peers-{stamp}', head)
    print(f'{len(works)} rows, about {Progress(options, works).total()}; results in {store.folder}', file=sys.stderr)
    measure_all(options, works, store)
    show(results.summarised(head, store.records), options, store.folder)


def main(arguments):
    options = command_line.parse(arguments)
    if options.list:
        list_rows(options, plan(options))
    elif options.read:
        show(results.read(options.read), options, options.output)
    else:
        run(options, arguments)


if __name__ == '__main__':
    main(sys.argv[1:])
