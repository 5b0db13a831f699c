"""ONNX Runtime: a model of one node a layer, its inputs and outputs bound to memory before it is timed."""
import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from clibrary import Refused

OPERATORS = {'rnn': 'RNN', 'gru': 'GRU', 'lstm': 'LSTM'}
# ONNX' gates (z r h; i o f c) by PyTorch's places (r z n; i f g o).
GATE_ORDER = {'rnn': [0], 'gru': [1, 0, 2], 'lstm': [0, 3, 1, 2]}
OPSET, IR = 17, 8


class OnnxRuntime:
    def __init__(self, settings):
        self.threads = settings.threads

    @staticmethod
    def versions():
        return {'version': onnxruntime.__version__, 'onnx': onnx.__version__}

    def open(self, work, data):
        if work.training or work.precision != 'f32':
            raise Refused('ONNX Runtime has ' + ('no training here' if work.training else 'no f64'))
        if work.directions == 2 and work.layers > 1:
            raise Refused('a bidirectional layer\'s output needs a transposition before the next layer')
        return OnnxSession(work, data, self.threads)


def gates_reordered(work, values):
    blocks = values.reshape(work.gates, work.hidden, -1)[GATE_ORDER[work.cell]]
    return blocks.reshape(values.shape)


def initializers(work, data, layer):
    """W, R and B of a layer, its directions side by side."""
    def stacked(*kinds):
        return numpy.stack([numpy.concatenate([gates_reordered(work, data.parameters[f'{kind}_l{layer}{suffix}'])
                                               for kind in kinds])
                            for suffix in ('', '_reverse')[:work.directions]])
    for name, kinds in (('W', ['weight_ih']), ('R', ['weight_hh']), ('B', ['bias_ih', 'bias_hh'])):
        yield numpy_helper.from_array(stacked(*kinds), f'{name}{layer}')


def state_names(work):
    return ('h', 'c') if work.cell == 'lstm' else ('h',)


def layer_nodes(work, layer):
    """The node, and what takes the axis of directions away before the next one."""
    last = layer == work.layers - 1
    by_calls = work.calls > 1
    inputs = [f'x{layer}', f'W{layer}', f'R{layer}', f'B{layer}', 'lengths' if work.lengths else '']
    outputs = ['y' if last else f'y{layer}']
    if by_calls:
        inputs += [name + '_in' for name in state_names(work)]
        outputs += [name + '_out' for name in state_names(work)]
    attributes = {'hidden_size': work.hidden, 'direction': 'bidirectional' if work.directions == 2 else 'forward'}
    if work.cell == 'gru':
        attributes['linear_before_reset'] = 1
    yield helper.make_node(OPERATORS[work.cell], inputs, outputs, **attributes)
    if not last:
        yield helper.make_node('Squeeze', [f'y{layer}', 'axis'], [f'x{layer + 1}'])


def make_model(work, data):
    def tensor(name, shape, kind=TensorProto.FLOAT):
        return helper.make_tensor_value_info(name, kind, shape)

    state = [work.directions, work.batch, work.hidden]
    names = state_names(work) if work.calls > 1 else ()
    inputs = [tensor('x0', [work.steps, work.batch, work.inputs]), *(tensor(name + '_in', state) for name in names)]
    if work.lengths:
        inputs.append(tensor('lengths', [work.batch], TensorProto.INT32))
    outputs = [tensor('y', [work.steps, work.directions, work.batch, work.hidden]),
               *(tensor(name + '_out', state) for name in names)]
    constants = [constant for layer in range(work.layers) for constant in initializers(work, data, layer)]
    if work.layers > 1:
        constants.append(numpy_helper.from_array(numpy.array([1]), 'axis'))
    nodes = [node for layer in range(work.layers) for node in layer_nodes(work, layer)]
    graph = helper.make_graph(nodes, 'recurrent', inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', OPSET)], ir_version=IR)


class OnnxSession:
    def __init__(self, work, data, threads):
        self.work = work
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(make_model(work, data).SerializeToString(), options,
                                                    providers=['CPUExecutionProvider'])
        self.ys = []
        self.bindings = self._bind(data)

    def _bind(self, data):
        """One binding a call; each reads the state that the one before it wrote."""
        work = self.work
        value = onnxruntime.OrtValue
        shape = (work.directions, work.batch, work.hidden)
        lengths = numpy.array(work.lengths, numpy.int32)
        states = {name: value.ortvalue_from_numpy(numpy.zeros(shape, numpy.float32)) for name in state_names(work)}
        bindings = []
        for call in range(work.calls):
            binding = self.session.io_binding()
            binding.bind_ortvalue_input('x0', value.ortvalue_from_numpy(data.x[call * work.steps:][:work.steps]))
            if work.lengths:
                binding.bind_ortvalue_input('lengths', value.ortvalue_from_numpy(lengths))
            self.ys.append(value.ortvalue_from_shape_and_type((work.steps, *shape), numpy.float32))
            binding.bind_ortvalue_output('y', self.ys[-1])
            if work.calls > 1:
                for name in states:
                    binding.bind_ortvalue_input(name + '_in', states[name])
                    states[name] = value.ortvalue_from_shape_and_type(shape, numpy.float32)
                    binding.bind_ortvalue_output(name + '_out', states[name])
            bindings.append(binding)
        return bindings

    def run(self, count):
        run = self.session.run_with_iobinding
        for _ in range(count):
            for binding in self.bindings:
                run(binding)

    def outputs(self):
        """ONNX keeps directions apart: [T][D][B][H]."""
        y = numpy.concatenate([y.numpy() for y in self.ys])
        return {'y': y.transpose(0, 2, 1, 3).reshape(*y.shape[:1], self.work.batch, self.work.outputs)}

    @staticmethod
    def bytes():
        return {}

    @staticmethod
    def describe():
        return ''

    @staticmethod
    def close():
        pass
