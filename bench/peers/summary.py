"""What a record says: the numbers that tables, files and targets show."""
import dataclasses
import statistics

import estimates
from work import Work


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


class Row:
    """A record; its first subject is the Weir that the others are compared with."""

    def __init__(self, record):
        self.record = record
        self.work = Work(**{**record['work'], 'lengths': tuple(record['work']['lengths'])})
        self.subjects = record['subjects']
        self.weir = next(iter(self.subjects), '')
        self.marks = marks(record)

    @property
    def timed(self):
        return self.is_timed(self.weir)

    def is_timed(self, name):
        return self.subjects.get(name, {}).get('status') == 'timed'

    def seconds(self, name):
        """Of a run: (median, low, high)."""
        return estimates.median_interval(self.subjects[name]['seconds'])

    def step_microseconds(self, name):
        return 1e6 * self.seconds(name)[0] / (self.work.calls * self.work.steps)

    def flop_rate(self, name):
        return self.record['flops'] / self.seconds(name)[0]

    def peak_share(self, name):
        """Of the peak measured in the same rounds."""
        rates = [self.record['flops'] / seconds for seconds in self.subjects[name]['seconds']]
        return estimates.ratio(rates, self.record['peak'][:len(rates)])[0]

    def handover(self):
        """Seconds, the median; None on one thread."""
        return statistics.median(self.record['handover']) if self.record['handover'] else None

    def compared(self, name):
        seconds, weir = self.subjects[name]['seconds'], self.subjects[self.weir]['seconds']
        rounds = min(len(seconds), len(weir))
        return Compared(name, *estimates.ratio(seconds[:rounds], weir[:rounds]))

    def peers(self):
        """Timed subjects that are not Weir's."""
        return [name for name in self.subjects if not name.startswith('weir-') and self.is_timed(name)]

    def best_peer(self):
        """The fastest of them, or None."""
        return min((self.compared(name) for name in self.peers()), key=lambda each: each.median, default=None)

    def bound_share(self):
        """Of what B = 1 can reach: R's bytes at the bandwidth measured for as many, the other products at peak."""
        work = self.work
        passes = 2 if work.training else 1 # R is read forward and backward
        recurrent = passes * work.steps * self.record['recurrent_bytes'] * work.layers * work.directions
        by_step = passes * 2 * work.live_rows * work.gates * work.hidden ** 2 * work.layers * work.directions
        limits = [recurrent / bandwidth + (self.record['flops'] - by_step) / peak
                  for bandwidth, peak in zip(self.record['bandwidth'], self.record['peak'])]
        seconds = self.subjects[self.weir]['seconds']
        return estimates.ratio(limits[:len(seconds)], seconds)[0]

    def numbers(self, name):
        """For the files; names as in results.SUBJECT_COLUMNS."""
        middle, low, high = self.seconds(name)
        found = {'samples': len(self.subjects[name]['seconds']), 'seconds': middle, 'seconds_low': low,
                 'seconds_high': high, 'flops_per_second': self.flop_rate(name), 'peak_share': self.peak_share(name)}
        if self.timed:
            against = self.compared(name)
            found.update(ratio=against.median, ratio_low=against.low, ratio_high=against.high)
        return found
