"""PyTorch: nn.RNN, nn.GRU and nn.LSTM as they come; training through autograd; ragged batches as PackedSequence."""
import itertools
import re

import numpy
import torch
from torch.nn.utils import rnn as ragged

MODULES = {'rnn': torch.nn.RNN, 'gru': torch.nn.GRU, 'lstm': torch.nn.LSTM}


class Torch:
    def __init__(self, settings):
        torch.set_num_threads(settings.threads)

    @staticmethod
    def versions():
        config = torch.__config__.show()
        found = {'version': torch.__version__, 'instructions': torch.backends.cpu.get_cpu_capability()}
        for name, pattern in (('oneDNN', r'MKL-DNN v(\S+)'), ('MKL', r'Math Kernel Library Version (\S+)')):
            match = re.search(pattern, config)
            found[name] = match.group(1) if match else 'none'
        return found

    @staticmethod
    def open(work, data):
        if work.training:
            return Training(work, data)
        return InferenceByCalls(work, data) if work.calls > 1 else Inference(work, data)


def make_module(work, data):
    module = MODULES[work.cell](work.inputs, work.hidden, work.layers, bidirectional=work.directions == 2,
                                dtype=getattr(torch, numpy.dtype(work.dtype).name))
    with torch.no_grad():
        for name, values in data.parameters.items():
            module.get_parameter(name).copy_(torch.from_numpy(values))
    return module


def packed(work, values):
    """Gapless: its rows sorted by length, which costs nothing of what is timed. Without lengths, as it is."""
    tensor = torch.from_numpy(values)
    return ragged.pack_padded_sequence(tensor, work.lengths, enforce_sorted=False) if work.lengths else tensor


def padded(work, sequence):
    tensor = ragged.pad_packed_sequence(sequence, total_length=work.steps)[0] if work.lengths else sequence
    return tensor.detach().numpy()


def zero_state(work, **options):
    """h, and an LSTM's c."""
    shape = (work.layers * work.directions, work.batch, work.hidden)
    dtype = getattr(torch, numpy.dtype(work.dtype).name)
    return tuple(torch.zeros(shape, dtype=dtype, **options) for _ in range(2 if work.cell == 'lstm' else 1))


def peak_beside_results(call):
    """Bytes that a call takes from PyTorch's allocator at its peak, less those of what it gives back."""
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        results = call()
    events = [event for event in profile.profiler.kineto_results.events() if event.name() == '[memory]']
    events.sort(key=lambda event: event.start_ns())
    held = list(itertools.accumulate((event.nbytes() for event in events), initial=0))
    del results # alive until here, so that its bytes are what is held in the end
    return max(held) - held[-1]


class Inference:
    def __init__(self, work, data):
        self.work = work
        self.module = make_module(work, data).eval()
        self.x = packed(work, data.x)
        self.y = None

    def run(self, count):
        with torch.inference_mode():
            for _ in range(count):
                self.y, _ = self.module(self.x)

    def outputs(self):
        return {'y': padded(self.work, self.y)}

    def call(self):
        """What one call returns."""
        return self.module(self.x)

    def bytes(self):
        with torch.inference_mode():
            return {'workspace': peak_beside_results(self.call)}

    @staticmethod
    def describe():
        return ''

    @staticmethod
    def close():
        pass


class InferenceByCalls(Inference):
    """A time loop: the state goes from call to call."""

    def __init__(self, work, data):
        super().__init__(work, data)
        self.chunks = list(self.x.split(work.steps))
        self.state = zero_state(work)

    def call(self):
        return self.module(self.chunks[0], self.state if self.work.cell == 'lstm' else self.state[0])

    def run(self, count):
        with torch.inference_mode():
            for _ in range(count):
                state, self.y = None, []
                for chunk in self.chunks:
                    y, state = self.module(chunk, state)
                    self.y.append(y)

    def outputs(self):
        return {'y': torch.cat(self.y).numpy()}


class Training(Inference):
    """Forward, then backward: derivatives of all parameters, the inputs and the initial state."""

    def __init__(self, work, data):
        super().__init__(work, data)
        self.module.train()
        self.dy = packed(work, data.dy)
        self.leaf = self._make_leaf()
        self.state = zero_state(work, requires_grad=True)
        self.wanted = [self.leaf, *self.state, *(self.module.get_parameter(name) for name in data.parameters)]
        self.names = ['dx', *('dh', 'dc')[:len(self.state)], *('d' + name for name in data.parameters)]
        self.gradients = []

    def _make_leaf(self):
        leaf = (self.x.data if self.work.lengths else self.x).requires_grad_()
        if self.work.lengths:
            self.x = self.x._replace(data=leaf)
        return leaf

    def _forward(self):
        state = self.state if self.work.cell == 'lstm' else self.state[0]
        self.y, _ = self.module(self.x, state)
        return self.y.data if self.work.lengths else self.y

    def run(self, count):
        dy = self.dy.data if self.work.lengths else self.dy
        for _ in range(count):
            self.gradients = torch.autograd.grad(self._forward(), self.wanted, dy)

    def outputs(self):
        found = {name: gradient.numpy() for name, gradient in zip(self.names, self.gradients)}
        found['y'] = padded(self.work, self.y)
        if self.work.lengths:
            found['dx'] = padded(self.work, self.x._replace(data=self.gradients[0]))
        return found

    def bytes(self):
        """What autograd keeps from forward for backward, each storage once, without parameters, x and the state."""
        given = {tensor.untyped_storage().data_ptr() for tensor in self.wanted}
        kept = {}

        def note(tensor):
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in given:
                kept[storage.data_ptr()] = storage
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
            self._forward()
        return {'tape': sum(storage.nbytes() for storage in kept.values())}
