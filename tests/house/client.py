#!/usr/bin/env python3
"""Weir from Python, through nothing but ctypes: structs written down by hand, numbers checked against plain loops.

    client.py LIBWEIR.SO
"""
import ctypes as c
import math
import sys

from tap import Tap

WEIR_F32, WEIR_F64 = 1, 2
WEIR_LSTM, WEIR_GRU, WEIR_LINEAR = 3, 4, 6


class Error(c.Structure):
    _fields_ = [('status', c.c_int), ('message', c.c_char * 252)]


class Layer(c.Structure):
    _fields_ = [('kind', c.c_int), ('direction', c.c_int), ('bias', c.c_int), ('learned_state', c.c_int32),
                ('units', c.c_int64), ('dropout', c.c_double), ('reserved', c.c_int64 * 4)]


class PlanOptions(c.Structure):
    _fields_ = [('batch', c.c_int64), ('steps', c.c_int64), ('mode', c.c_int), ('engine', c.c_int),
                ('dropout_seed', c.c_uint64), ('allocator', c.c_void_p), ('dropout_off', c.c_int32),
                ('sharing', c.c_int32), ('pool', c.c_void_p), ('threads', c.c_int64), ('planning', c.c_int),
                ('reproducible', c.c_int32), ('choices', c.c_void_p), ('memory_limit', c.c_int64),
                ('reserved', c.c_int64 * 4)]


def forward_args(number):
    """weir_forward_args_f32 or _f64."""
    class ForwardArgs(c.Structure):
        _fields_ = [('rows', c.c_int64), ('steps', c.c_int64), ('lengths', c.POINTER(c.c_int64)),
                    ('x', c.POINTER(number)), ('x_step_stride', c.c_int64), ('x_row_stride', c.c_int64),
                    ('state_in', c.POINTER(number)), ('y', c.POINTER(number)), ('y_step_stride', c.c_int64),
                    ('y_row_stride', c.c_int64), ('state_out', c.POINTER(number)), ('span', c.c_int),
                    ('reserved_flags', c.c_int32), ('tape', c.c_void_p), ('draw', c.c_uint64),
                    ('first_step', c.c_int64), ('sequences', c.POINTER(c.c_int64)), ('reserved', c.c_int64 * 4)]
    return ForwardArgs


class View(c.Structure):
    _fields_ = [('name', c.c_char * 48), ('gates', c.c_char * 8), ('offset', c.c_int64), ('rows', c.c_int64),
                ('columns', c.c_int64), ('layer', c.c_int64), ('direction', c.c_int), ('role', c.c_int),
                ('reserved', c.c_int64 * 2)]


# --- The loops -------------------------------------------------------------------------------------------------------

def sigmoid(a):
    return 1 / (1 + math.exp(-a))


def product(matrix, vector):
    return [sum(w * v for w, v in zip(row, vector)) for row in matrix]


def added(*vectors):
    return [sum(numbers) for numbers in zip(*vectors)]


def lstm(p, x, h, c_before):
    a = added(product(p['weight_ih_l0'], x), p['bias_ih_l0'], product(p['weight_hh_l0'], h), p['bias_hh_l0'])
    units = len(h)
    i, f, g, o = (a[k * units:(k + 1) * units] for k in range(4))
    c_now = [sigmoid(f[k]) * c_before[k] + sigmoid(i[k]) * math.tanh(g[k]) for k in range(units)]
    return [sigmoid(o[k]) * math.tanh(c_now[k]) for k in range(units)], c_now


def gru(p, x, h):
    units = len(h)
    wx = added(product(p['weight_ih_l1'], x), p['bias_ih_l1'])
    rh = added(product(p['weight_hh_l1'], h), p['bias_hh_l1'])
    r = [sigmoid(wx[k] + rh[k]) for k in range(units)]
    z = [sigmoid(wx[units + k] + rh[units + k]) for k in range(units)]
    n = [math.tanh(wx[2 * units + k] + r[k] * rh[2 * units + k]) for k in range(units)]
    return [(1 - z[k]) * n[k] + z[k] * h[k] for k in range(units)]


def stack(p, xs, units):
    """LSTM, GRU, linear over the steps of one row: outputs, and the last state row."""
    h, c_now, h1 = [0.0] * units[0], [0.0] * units[0], [0.0] * units[1]
    ys = []
    for x in xs:
        h, c_now = lstm(p, x, h, c_now)
        h1 = gru(p, h, h1)
        ys.append(added(product(p['weight_l2'], h1), p['bias_l2']))
    return ys, h + c_now + h1


# --- The library -----------------------------------------------------------------------------------------------------

INPUTS, UNITS, ROWS, STEPS, LENGTHS = 3, (4, 5, 2), 2, 6, (6, 4)


def check(status, error):
    if status:
        raise RuntimeError(f'{status}: {error.message.decode()}')


class Net:
    """A net and a plan of one precision."""

    def __init__(self, weir, precision):
        self.weir = weir
        self.number, self.suffix = {WEIR_F32: (c.c_float, '_f32'), WEIR_F64: (c.c_double, '_f64')}[precision]
        self.handle, self.plan, self.error = c.c_void_p(), c.c_void_p(), Error()
        layers = (Layer * 3)(Layer(kind=WEIR_LSTM, units=UNITS[0]), Layer(kind=WEIR_GRU, units=UNITS[1]),
                             Layer(kind=WEIR_LINEAR, units=UNITS[2]))
        check(weir.weir_net_create(c.byref(self.handle), c.c_int(precision), c.c_int64(INPUTS), layers, c.c_int64(3),
                                   c.byref(self.error)), self.error)
        options = PlanOptions(batch=ROWS, steps=STEPS)
        check(weir.weir_plan_create(c.byref(self.plan), self.handle, c.byref(options), c.byref(self.error)), self.error)

    def parameters(self):
        """Name -> vector, or list of rows."""
        get = getattr(self.weir, 'weir_net_parameters' + self.suffix)
        get.restype = c.POINTER(self.number)
        numbers = get(self.handle)
        found = {}
        for k in range(self.weir.weir_net_view_count(self.handle)):
            view = View()
            check(self.weir.weir_net_view(self.handle, c.c_int64(k), c.byref(view), c.byref(self.error)), self.error)
            rows = [[numbers[view.offset + row * view.columns + column] for column in range(view.columns)]
                    for row in range(view.rows)]
            found[view.name.decode()] = [row[0] for row in rows] if view.columns == 1 else rows
        return found

    def forward(self, x):
        """Flat y and states."""
        y = (self.number * (STEPS * ROWS * UNITS[-1]))()
        state = (self.number * (ROWS * self.weir.weir_net_state_size(self.handle)))()
        args = forward_args(self.number)(rows=ROWS, steps=STEPS, lengths=(c.c_int64 * ROWS)(*LENGTHS),
                                         x=(self.number * len(x))(*x), y=y, state_out=state)
        status = getattr(self.weir, 'weir_forward_full' + self.suffix)(self.plan, c.byref(args))
        if status:
            raise RuntimeError(self.weir.weir_plan_error(self.plan).decode())
        return list(y), list(state)

    def close(self):
        self.weir.weir_plan_destroy(c.byref(self.plan))
        self.weir.weir_net_destroy(c.byref(self.handle))


def expected(parameters, x):
    """Flat y and states by the loops above."""
    y, states = [0.0] * (STEPS * ROWS * UNITS[-1]), []
    for row in range(ROWS):
        xs = [x[(t * ROWS + row) * INPUTS:][:INPUTS] for t in range(LENGTHS[row])]
        ys, state = stack(parameters, xs, UNITS)
        for t, values in enumerate(ys):
            start = (t * ROWS + row) * UNITS[-1]
            y[start:start + UNITS[-1]] = values
        states += state
    return y, states


def compare(found, wanted, tolerance):
    worst = max(abs(a - b) for a, b in zip(found, wanted))
    return [] if len(found) == len(wanted) and worst <= tolerance else f'off by {worst:g}, more than {tolerance:g}'


def main(library):
    weir = c.CDLL(library)
    weir.weir_net_view_count.restype = weir.weir_net_state_size.restype = c.c_int64
    weir.weir_plan_error.restype = c.c_char_p
    tap = Tap()
    for precision, tolerance, name in ((WEIR_F64, 1e-13, 'f64'), (WEIR_F32, 1e-5, 'f32')):
        net = Net(weir, precision)
        x = [math.sin(0.7 * k) for k in range(STEPS * ROWS * INPUTS)]
        (y, state), (y_wanted, state_wanted) = net.forward(x), expected(net.parameters(), x)
        net.close()
        tap.case(f'{name}: outputs are those of plain loops', compare(y, y_wanted, tolerance))
        tap.case(f'{name}: so are the final states', compare(state, state_wanted, tolerance))
        tap.case(f'{name}: destroy sets handles to NULL', [] if not net.handle and not net.plan else 'it has not')
    error = Error()
    status = weir.weir_net_create(None, WEIR_F32, c.c_int64(1), None, c.c_int64(1), c.byref(error))
    tap.case('a bad argument is refused with a sentence',
             [] if status == error.status == 1 and error.message else f'status {status}, "{error.message.decode()}"')
    tap.end()


if __name__ == '__main__':
    main(sys.argv[1])
