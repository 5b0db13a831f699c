"""Weir, through its C ABI, on one of its engines."""
import clibrary
from subjects import ENGINES
from work import parameter_shape


class Weir:
    def __init__(self, settings):
        self.engine = ENGINES[settings.variant]
        self.library = clibrary.load(settings.folder / 'subject-weir.so')

    def versions(self):
        return clibrary.version_lines(self.library)

    def open(self, work, data):
        return WeirSession(self.library, work, data, self.engine)


class WeirSession:
    def __init__(self, library, work, data, engine):
        self.work = work
        states = 2 if work.cell == 'lstm' else 1
        # A state row: layer by layer, direction by direction, h then c.
        self.state_shape = (work.batch, work.layers * work.directions, states, work.hidden)
        self.data = data
        self.session = clibrary.Session(library, work, data, parameters=data.flat_parameters(),
                                        dstate_shape=self.state_shape, engine=engine)
        self.run, self.bytes = self.session.run, self.session.bytes
        self.describe, self.close = self.session.describe, self.session.close

    def outputs(self):
        arrays = self.session.fetch()
        found = {'y': arrays['y']}
        if self.work.training:
            found['dx'] = arrays['dx']
            found.update(self._gradients(arrays['gradient']))
            found.update(self._dstate(arrays['dstate']))
        return found

    def _gradients(self, flat):
        start = 0
        for name in self.data.parameters:
            shape = parameter_shape(self.work, name)
            size = self.data.parameters[name].size
            yield 'd' + name, flat[start:start + size].reshape(shape)
            start += size

    def _dstate(self, rows):
        by_direction = rows.reshape(self.state_shape).transpose(2, 1, 0, 3)
        return dict(zip(('dh', 'dc'), by_direction))
