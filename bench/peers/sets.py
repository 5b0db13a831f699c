"""The named sets of works."""
import random

from work import Work

FULL = [(hidden, batch) for hidden in (16, 32, 64, 128, 256, 512, 1024) for batch in (1, 4, 16, 64)]
GRIDS = {
    'full': FULL,
    'quick': [(hidden, batch) for hidden in (16, 128, 512) for batch in (1, 16)],
    'small': [(hidden, batch) for hidden, batch in FULL if hidden <= 64 and batch <= 4],
}
RAGGED_BATCH, RAGGED_SHORTEST, RAGGED_LONGEST = 32, 10, 200


def ragged_lengths():
    generator = random.Random(1)
    return tuple(generator.randint(RAGGED_SHORTEST, RAGGED_LONGEST) for _ in range(RAGGED_BATCH))


def shapes(hiddens, batches, **rest):
    return [{'hidden': hidden, 'batch': batch, **rest} for hidden in hiddens for batch in batches]


# Name -> (what it is, shapes).
EXTRAS = {
    'ragged': ('B = 32, lengths U(10..200), against PackedSequence',
               shapes((64, 256), (RAGGED_BATCH,), steps=RAGGED_LONGEST, lengths=ragged_lengths())),
    'bidirectional': ('both directions', shapes((64, 256), (1, 16), directions=2)),
    'layers': ('four layers of 512', shapes((512,), (1, 16), layers=4)),
    'odd': ('H = 40, 100, 1760', shapes((40, 100, 1760), (1, 16))),
    'calls': ('inference, 50 calls of one step, the state handed on',
              shapes((16, 64, 256), (1, 16), steps=1, calls=50)),
    'lengths': ('sequences of 1 to 10,000 steps',
                [shape for steps in (1, 10, 100, 1000, 10000) for shape in shapes((64,), (1,), steps=steps)]),
    'f64': ('double precision', shapes((32, 128, 512), (1, 16), precision='f64')),
}
SETS = ('grid', *EXTRAS)


def works_of(name, grid, cells, modes, threads):
    """The works of one set; `grid` is its list of (H, B) if it is the grid."""
    each = [{'hidden': hidden, 'batch': batch} for hidden, batch in grid] if name == 'grid' else EXTRAS[name][1]
    return [Work(group=name, cell=cell, mode=mode, threads=threads, **shape)
            for mode in modes for cell in cells for shape in each
            if mode == 'inference' or shape.get('calls', 1) == 1]
