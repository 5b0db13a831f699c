"""oneDNN through its C API (c/onednn.c): vanilla_rnn, lbr_gru and lstm."""
import numpy

import clibrary

# oneDNN's gates (u r o; i f c o) by PyTorch's places (r z n; i f g o); either way, as it is its own inverse.
GATE_ORDER = {'rnn': [0], 'gru': [1, 0, 2], 'lstm': [0, 1, 2, 3]}
LIBRARIES = {'sycl': 'subject-onednn.so', 'openmp': 'subject-onednn-openmp.so'}


class OneDnn:
    def __init__(self, settings):
        self.library = clibrary.load(settings.folder / LIBRARIES[settings.variant])

    def versions(self):
        return clibrary.version_lines(self.library)

    def open(self, work, data):
        return OneDnnSession(self.library, work, data)


def weights_out(work, weights):
    """[G H][I] as [I][G][H], in oneDNN's order of gates."""
    return weights.reshape(work.gates, work.hidden, -1)[GATE_ORDER[work.cell]].transpose(2, 0, 1)


def weights_back(work, weights):
    return weights.transpose(1, 2, 0)[GATE_ORDER[work.cell]].reshape(work.gates * work.hidden, -1)


def bias_out(work, bias_ih, bias_hh):
    """One bias: the sum; of a GRU's new gate both, the recurrent one last."""
    ih, hh = (bias.reshape(work.gates, work.hidden)[GATE_ORDER[work.cell]] for bias in (bias_ih, bias_hh))
    if work.cell != 'gru':
        return ih + hh
    return numpy.stack([ih[0] + hh[0], ih[1] + hh[1], ih[2], hh[2]])


def bias_back(work, bias):
    """The derivatives of both biases from those of oneDNN's."""
    ih = bias[:work.gates][GATE_ORDER[work.cell]]
    hh = ih if work.cell != 'gru' else numpy.stack([ih[0], ih[1], bias[3]])
    return ih.ravel(), hh.ravel()


def directions(work):
    """The ends of parameter names, in the order of [L][D]."""
    return [f'l{layer}{suffix}' for layer in range(work.layers) for suffix in ('', '_reverse')[:work.directions]]


def plain_parameters(work, data):
    p, ends = data.parameters, directions(work)
    parts = [[weights_out(work, p[f'weight_ih_{end}']) for end in ends],
             [weights_out(work, p[f'weight_hh_{end}']) for end in ends],
             [bias_out(work, p[f'bias_ih_{end}'], p[f'bias_hh_{end}']) for end in ends]]
    return numpy.concatenate([numpy.stack(part).ravel() for part in parts])


class OneDnnSession:
    def __init__(self, library, work, data):
        self.work = work
        states = 2 if work.cell == 'lstm' else 1
        self.state_shape = (states, work.layers * work.directions, work.batch, work.hidden)
        self.session = clibrary.Session(library, work, data, parameters=plain_parameters(work, data),
                                        dstate_shape=self.state_shape)
        self.run, self.bytes = self.session.run, self.session.bytes
        self.describe, self.close = self.session.describe, self.session.close

    def outputs(self):
        arrays = self.session.fetch()
        found = {'y': arrays['y']}
        if self.work.training:
            found['dx'] = arrays['dx']
            found.update(self._gradients(arrays['gradient']))
            found.update(zip(('dh', 'dc'), arrays['dstate'].reshape(self.state_shape)))
        return found

    def _gradients(self, flat):
        work, ends = self.work, directions(self.work)
        shapes = [(len(ends), work.inputs, work.gates, work.hidden), (len(ends), work.hidden, work.gates, work.hidden)]
        starts = numpy.cumsum([numpy.prod(shape) for shape in shapes])
        layer, recurrent, bias = numpy.split(flat, starts)
        for k, end in enumerate(ends):
            yield f'dweight_ih_{end}', weights_back(work, layer.reshape(shapes[0])[k])
            yield f'dweight_hh_{end}', weights_back(work, recurrent.reshape(shapes[1])[k])
            ih, hh = bias_back(work, bias.reshape(len(ends), -1, work.hidden)[k])
            yield f'dbias_ih_{end}', ih
            yield f'dbias_hh_{end}', hh
