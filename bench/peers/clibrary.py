"""A C library as a subject: c/subject.h through ctypes."""
import ctypes as c

import numpy

CELLS = {'rnn': 1, 'gru': 2, 'lstm': 3}


class SubjectWork(c.Structure):
    _fields_ = [('cell', c.c_int32), ('training', c.c_int32), ('bits', c.c_int32), ('threads', c.c_int32),
                ('engine', c.c_int32), ('reserved', c.c_int32), ('calls', c.c_int64), ('steps', c.c_int64),
                ('batch', c.c_int64), ('inputs', c.c_int64), ('hidden', c.c_int64), ('layers', c.c_int64),
                ('directions', c.c_int64), ('lengths', c.POINTER(c.c_int64))]


class SubjectArrays(c.Structure):
    _fields_ = [(name, c.c_void_p) for name in ('parameters', 'x', 'dy', 'y', 'dx', 'gradient', 'dstate')]


class SubjectBytes(c.Structure):
    _fields_ = [(name, c.c_int64) for name in ('total', 'weights', 'workspace', 'tape')]


class Refused(Exception):
    """The library said no; the text is its own."""


def load(path):
    library = c.CDLL(path)
    library.subject_open.restype = c.c_void_p
    library.subject_run.restype = library.subject_fetch.restype = library.subject_version.restype = c.c_char_p
    library.subject_bytes.restype = SubjectBytes
    library.subject_run.argtypes = [c.c_void_p, c.c_int64]
    for name in ('fetch', 'bytes', 'close'):
        getattr(library, 'subject_' + name).argtypes = [c.c_void_p]
    library.subject_describe.argtypes = [c.c_void_p, c.c_char_p, c.c_size_t]
    return library


def version_lines(library):
    """What subject_version says, as a dict."""
    return dict(line.split(': ', 1) for line in library.subject_version().decode().splitlines() if ': ' in line)


def _aligned(shape, dtype):
    """Zeros that start on a cache line."""
    bytes_wanted = int(numpy.prod(shape)) * numpy.dtype(dtype).itemsize
    memory = numpy.zeros(bytes_wanted + 64, numpy.uint8)
    start = -memory.ctypes.data % 64
    return memory[start:start + bytes_wanted].view(dtype).reshape(shape)


class Session:
    """A work made ready. Parameters, gradient and dstate are in the library's plain layout, flat."""

    def __init__(self, library, work, data, *, parameters, dstate_shape, engine=0):
        self.library = library
        self.handle = None
        y_shape = (*data.x.shape[:2], work.outputs)
        self.arrays = {'parameters': parameters, 'x': data.x, 'y': _aligned(y_shape, work.dtype)}
        if work.training:
            self.arrays.update(dy=data.dy, dx=_aligned(data.x.shape, work.dtype),
                               gradient=_aligned(parameters.shape, work.dtype),
                               dstate=_aligned(dstate_shape, work.dtype))
        self.arrays = {name: numpy.ascontiguousarray(array, work.dtype) for name, array in self.arrays.items()}
        self.lengths = (c.c_int64 * len(work.lengths))(*work.lengths) if work.lengths else None
        self._open(work, engine)

    def _open(self, work, engine):
        given = SubjectWork(cell=CELLS[work.cell], training=work.training, bits=8 * numpy.dtype(work.dtype).itemsize,
                            threads=work.threads, engine=engine, calls=work.calls, steps=work.steps, batch=work.batch,
                            inputs=work.inputs, hidden=work.hidden, layers=work.layers, directions=work.directions,
                            lengths=self.lengths)
        pointers = SubjectArrays(**{name: array.ctypes.data for name, array in self.arrays.items()})
        why = c.create_string_buffer(256)
        self.handle = self.library.subject_open(c.byref(given), c.byref(pointers), why, c.c_size_t(len(why)))
        if not self.handle:
            raise Refused(why.value.decode())

    def run(self, count):
        self._check(self.library.subject_run(self.handle, count))

    def fetch(self):
        """The arrays, with the outputs of the last run in them."""
        self._check(self.library.subject_fetch(self.handle))
        return self.arrays

    def bytes(self):
        held = self.library.subject_bytes(self.handle)
        return {name: getattr(held, name) for name, _ in SubjectBytes._fields_}

    def describe(self):
        text = c.create_string_buffer(4096)
        self.library.subject_describe(self.handle, text, len(text))
        return text.value.decode()

    def close(self):
        self.library.subject_close(self.handle)

    @staticmethod
    def _check(sentence):
        if sentence is not None:
            raise Refused(sentence.decode())
