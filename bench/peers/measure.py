"""One row: all subjects on one work, checked, then sampled in turn."""
import dataclasses
import statistics
import time

import agreement
import load
import subjects
from crew import Unusable

SAMPLES_AT_LEAST = 3
OTHERS_FLAG = 0.05 # a row during which others had more of the CPUs than this is flagged


@dataclasses.dataclass(frozen=True)
class How:
    samples: int
    sample_seconds: float
    row_seconds: float
    near: float # seconds of a handover, above which a row's CPUs are far from each other


def prepare(crew, work, name, reference):
    """Makes a subject ready and compares its outputs: what is known of it then, `status` 'ready' if it may be timed."""
    worker = crew[name]
    try:
        known = worker.call('open', work)
        known['deviation'], known['worst'] = agreement.deviation(worker.call('outputs'), reference)
        if not agreement.agrees(known['deviation'], work.precision):
            return {**known, 'status': 'disagrees', 'why': f'{known["worst"]} is off by {known["deviation"]:.1e}, '
                                                           f'more than {agreement.TOLERANCE[work.precision]:.0e}'}
        known['bytes'] = worker.call('bytes')
        worker.call('calibrate')
    except Unusable as problem:
        return {'status': 'unusable', 'why': str(problem)}
    return {**known, 'status': 'ready'}


def sample_round(crew, work, known, how, roofs):
    """One sample of each, in turn, then of the machine's limits. Stops for good what fails."""
    for name in ready(known):
        try:
            known[name]['seconds'].append(crew[name].call('sample', how.sample_seconds))
        except Unusable as problem:
            known[name].update(status='unusable', why=str(problem))
    roofs['peak'].append(crew['roofs'].call('peak', 64 if work.precision == 'f64' else 32))
    if work.batch == 1:
        roofs['bandwidth'].append(crew['roofs'].call('bandwidth', work.recurrent_bytes()))
    if work.threads > 1:
        roofs['handover'].append(crew['roofs'].call('handover'))


def ready(known):
    return [name for name, subject in known.items() if subject['status'] == 'ready']


def sample_all(crew, work, known, how):
    """Rounds, fewer where a round is long; the machine's limits and the others' share of the CPUs meanwhile."""
    roofs = {'peak': [], 'bandwidth': [], 'handover': []}
    for name in ready(known):
        known[name]['seconds'] = []
    crew['roofs'].call('versions') # so that it is running when the CPU times are first read
    others = load.OthersShare(crew.cpus, crew.pids())
    start = time.monotonic()
    for done in range(how.samples):
        if not ready(known):
            break
        if done >= SAMPLES_AT_LEAST and (time.monotonic() - start) * (done + 1) / done > how.row_seconds:
            break
        sample_round(crew, work, known, how, roofs)
    for name in ready(known):
        known[name]['status'] = 'timed'
    return {**roofs, 'others': others.so_far()}


def prepare_all(crew, work, names):
    """What is known of each subject that may run such work, ready to be timed or not."""
    mine = [name for name in names if subjects.can_run(name.partition('@')[0], work)]
    try:
        crew['reference'].call('open', work)
        reference = crew['reference'].call('outputs')
        crew['reference'].call('close')
    except Unusable as problem:
        return {name: {'status': 'unchecked', 'why': f'the reference: {problem}'} for name in mine}
    known = {name: prepare(crew, work, name, reference) for name in mine}
    if mine and known[mine[0]]['status'] != 'ready':
        for name in ready(known):
            known[name].update(status='skipped', why=f'{mine[0]} could not be timed')
    return known


def close_all(crew, known):
    for name in known:
        try:
            crew[name].call('close')
        except Unusable: # it is gone: nothing is open
            pass


def measure_row(crew, work, names, how):
    """The record of a row; `names` are the subjects, the one that the others are compared with first."""
    known = prepare_all(crew, work, names)
    machine = sample_all(crew, work, known, how)
    close_all(crew, known)
    return {'work': dataclasses.asdict(work), 'flops': work.flops(), 'recurrent_bytes': work.recurrent_bytes(),
            'subjects': known, **machine, 'flagged': machine['others'] > OTHERS_FLAG,
            'far': bool(machine['handover']) and statistics.median(machine['handover']) > how.near}
