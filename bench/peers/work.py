"""What is measured: one shape of one cell, in one mode, on so many threads; and the numbers that go in."""
import dataclasses

import numpy

GATES = {'rnn': 1, 'gru': 3, 'lstm': 4}
CELLS = tuple(GATES)
MODES = ('inference', 'training')
PRECISIONS = {'f32': numpy.float32, 'f64': numpy.float64}


@dataclasses.dataclass(frozen=True)
class Work:
    """T steps, B rows, I inputs, H units. A run is `calls` calls of `steps` steps, the state handed on between them."""
    group: str # the named set that it belongs to
    cell: str
    mode: str
    threads: int
    hidden: int
    batch: int
    steps: int = 50
    inputs: int = 0 # 0: as many as units
    layers: int = 1
    directions: int = 1
    calls: int = 1
    precision: str = 'f32'
    lengths: tuple = () # of the rows, each at most `steps`; (): all `steps`

    def __post_init__(self):
        if self.inputs == 0:
            object.__setattr__(self, 'inputs', self.hidden)

    @property
    def gates(self):
        return GATES[self.cell]

    @property
    def training(self):
        return self.mode == 'training'

    @property
    def outputs(self):
        return self.directions * self.hidden

    @property
    def dtype(self):
        return PRECISIONS[self.precision]

    @property
    def live_rows(self):
        """Steps of all rows in one run."""
        return sum(self.lengths) or self.calls * self.steps * self.batch

    def flops(self):
        """Of the matrix products of one run, a fused multiply-add being 2; a backward pass has twice a forward's."""
        per_row = 0
        for layer in range(self.layers):
            inputs = self.outputs if layer else self.inputs
            per_row += 2 * self.directions * self.gates * self.hidden * (inputs + self.hidden)
        return (3 if self.training else 1) * self.live_rows * per_row

    def recurrent_bytes(self):
        """R of one layer in one direction."""
        return self.gates * self.hidden ** 2 * numpy.dtype(self.dtype).itemsize

    def place(self):
        """The measurement's name in progress lines."""
        extras = [f'L={self.layers}'] * (self.layers > 1) + ['bidirectional'] * (self.directions > 1) \
            + ['ragged'] * bool(self.lengths) + [f'{self.calls} calls'] * (self.calls > 1) \
            + [self.precision] * (self.precision != 'f32')
        return ' '.join([self.group, self.cell, self.mode, f'{self.threads}t', f'H={self.hidden}', f'B={self.batch}',
                         f'T={self.steps}', *extras])


def parameter_names(work):
    """PyTorch's, in the order of Weir's parameter vector."""
    for layer in range(work.layers):
        for suffix in ('', '_reverse')[:work.directions]:
            for name in ('weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'):
                yield f'{name}_l{layer}{suffix}'


def parameter_shape(work, name):
    rows = work.gates * work.hidden
    if name.startswith('bias'):
        return (rows,)
    reads = work.hidden if 'hh' in name else work.inputs if '_l0' in name else work.outputs
    return (rows, reads)


class Data:
    """Random numbers, the same in every process: x and dy from U[-1, 1), parameters from U[-1/sqrt(H), 1/sqrt(H))."""

    def __init__(self, work):
        generator = numpy.random.default_rng([work.hidden, work.batch, work.steps])
        span = work.hidden ** -0.5

        def uniform(shape, limit):
            return generator.uniform(-limit, limit, shape).astype(work.dtype)

        self.parameters = {name: uniform(parameter_shape(work, name), span) for name in parameter_names(work)}
        steps = work.calls * work.steps
        self.x = uniform((steps, work.batch, work.inputs), 1)
        self.dy = uniform((steps, work.batch, work.outputs), 1) if work.training else None

    def flat_parameters(self):
        """In the order of Weir's vector."""
        return numpy.concatenate([values.ravel() for values in self.parameters.values()])
