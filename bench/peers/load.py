"""How much of the CPUs others have while a row is measured."""
import os
import time

TICKS = os.sysconf('SC_CLK_TCK')
IDLE_FIELDS = (3, 4) # of a line in /proc/stat: idle, waiting for a disk
COUNTED_FIELDS = 8 # the rest is counted in these already


def busy_seconds(cpus):
    """Of these CPUs, since the machine started."""
    wanted, busy = {f'cpu{cpu}' for cpu in cpus}, 0
    with open('/proc/stat', encoding='ascii') as file:
        for line in file:
            name, *fields = line.split()
            if name in wanted:
                counted = enumerate(fields[:COUNTED_FIELDS])
                busy += sum(int(ticks) for place, ticks in counted if place not in IDLE_FIELDS)
    return busy / TICKS


def process_seconds(pids):
    """CPU time that these processes have had; of one that has ended, nothing is known."""
    ticks = 0
    for pid in pids:
        try:
            with open(f'/proc/{pid}/stat', encoding='utf-8') as file:
                fields = file.read().rpartition(')')[2].split()
        except FileNotFoundError:
            continue
        ticks += int(fields[11]) + int(fields[12]) # user, system
    return ticks / TICKS


class OthersShare:
    """Share of the CPUs that processes other than `pids` have from here on."""

    def __init__(self, cpus, pids):
        self.cpus, self.pids = cpus, pids
        self.start = self._now()

    def _now(self):
        return time.monotonic(), busy_seconds(self.cpus) - process_seconds(self.pids)

    def so_far(self):
        (wall_before, busy_before), (wall, busy) = self.start, self._now()
        return max(0.0, (busy - busy_before) / ((wall - wall_before) * len(self.cpus)))
