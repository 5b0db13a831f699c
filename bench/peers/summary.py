"""What a record says: the numbers that tables, files and targets show."""
import dataclasses
import statistics

import estimates
from work import Work

DIGITS = 6 # significant ones of a summary; tables show up to five
COMPARED_BYTES = {'inference': 'workspace', 'training': 'tape'} # of what subjects hold, by mode


@dataclasses.dataclass(frozen=True)
class Compared:
    """How a subject does against Weir: its time over Weir's, with the interval."""
    name: str
    median: float
    low: float
    high: float


def marks(record):
    """! if others had the CPUs too, ~ if the CPUs were far from each other, or nothing."""
    return '!' * record['flagged'] + '~' * record['far']


def rounded(number):
    return float(f'{number:.{DIGITS}g}')


def work_of(record):
    return Work(**{**record['work'], 'lengths': tuple(record['work'].get('lengths', ()))})


def plain_work(work):
    """As keywords of Work, without its defaults."""
    return {field.name: getattr(work, field.name) for field in dataclasses.fields(work)
            if getattr(work, field.name) != field.default}


def peak_share(record, seconds):
    """Of the peak measured in the same rounds."""
    rates = [record['flops'] / each for each in seconds]
    return estimates.ratio(rates, record['peak'][:len(rates)])[0]


def bound_share(record, seconds):
    """Of what B = 1 can reach: R's bytes at the bandwidth measured for as many, the other products at peak."""
    work = work_of(record)
    passes = 2 if work.training else 1 # R is read forward and backward
    recurrent = passes * work.steps * record['recurrent_bytes'] * work.layers * work.directions
    by_step = passes * 2 * work.live_rows * work.gates * work.hidden ** 2 * work.layers * work.directions
    limits = [recurrent / bandwidth + (record['flops'] - by_step) / peak
              for bandwidth, peak in zip(record['bandwidth'], record['peak'])]
    return estimates.ratio(limits[:len(seconds)], seconds)[0]


def samples_of_weir(record):
    """Of the subject that the others are compared with; none if it was not timed."""
    weir = next(iter(record['subjects'].values()), {})
    return weir['seconds'] if weir.get('status') == 'timed' else []


def numbers(record, name):
    """What came of a timed subject's samples; names as in results.SUBJECT_COLUMNS."""
    seconds, weir = record['subjects'][name]['seconds'], samples_of_weir(record)
    middle, low, high = estimates.median_interval(seconds)
    found = {'samples': len(seconds), 'seconds': middle, 'seconds_low': low, 'seconds_high': high,
             'flops_per_second': record['flops'] / middle, 'peak_share': peak_share(record, seconds)}
    rounds = min(len(seconds), len(weir))
    if rounds:
        ratios = estimates.ratio(seconds[:rounds], weir[:rounds])
        found.update(zip(('ratio', 'ratio_low', 'ratio_high'), ratios))
    return found


def summarise_subject(record, name):
    subject = record['subjects'][name]
    kept = {key: subject[key] for key in ('status', 'why', 'deviation', 'worst') if key in subject}
    if 'deviation' in kept:
        kept['deviation'] = rounded(kept['deviation'])
    held = subject.get('bytes', {})
    if held:
        kept['bytes'] = {key: held[key] for key in (COMPARED_BYTES[record['work']['mode']], 'total') if key in held}
    if subject['status'] == 'timed':
        found = numbers(record, name)
        kept['seconds'] = rounded(found['seconds'])
        kept['ratio'] = [rounded(found[key]) for key in ('ratio', 'ratio_low', 'ratio_high') if key in found]
    return kept


def summarise(record):
    """The record with medians and intervals in place of its samples: all that is ever shown of it, and no more."""
    summary = {'work': plain_work(work_of(record)), 'others': rounded(record['others']), 'flagged': record['flagged'],
               'far': record['far']}
    weir = samples_of_weir(record)
    if weir:
        summary['peak_share'] = rounded(peak_share(record, weir))
    if weir and record['bandwidth']:
        summary['bound_share'] = rounded(bound_share(record, weir))
    if record['handover']:
        summary['handover'] = rounded(statistics.median(record['handover']))
    return {**summary, 'subjects': {name: summarise_subject(record, name) for name in record['subjects']}}


class Row:
    """A summary; its first subject is the Weir that the others are compared with."""

    def __init__(self, summary):
        self.summary = summary
        self.work = work_of(summary)
        self.part = summary.get('part', 0)
        self.subjects = summary['subjects']
        self.weir = next(iter(self.subjects), '')
        self.marks = marks(summary)

    @property
    def timed(self):
        return self.is_timed(self.weir)

    def is_timed(self, name):
        return self.subjects.get(name, {}).get('status') == 'timed'

    def step_microseconds(self, name):
        return 1e6 * self.subjects[name]['seconds'] / (self.work.calls * self.work.steps)

    def flop_rate(self, name):
        return self.work.flops() / self.subjects[name]['seconds']

    def peak_share(self):
        """Weir's, of the peak measured in the same rounds."""
        return self.summary['peak_share']

    def handover(self):
        """Seconds, the median; None on one thread."""
        return self.summary.get('handover')

    def compared(self, name):
        return Compared(name, *self.subjects[name]['ratio'])

    def peers(self):
        """Timed subjects that are not Weir's."""
        return [name for name in self.subjects if not name.startswith('weir-') and self.is_timed(name)]

    def best_peer(self):
        """The fastest of them, or None."""
        return min((self.compared(name) for name in self.peers()), key=lambda each: each.median, default=None)

    def bound_share(self):
        """Weir's, of what the machine lets B = 1 reach."""
        return self.summary['bound_share']
