"""The machine's own limits (c/roofs.c): no subject, but measured in turn with them."""
import ctypes as c


class Roofs:
    def __init__(self, settings):
        self.cpus = (c.c_int * len(settings.cpus))(*settings.cpus)
        self.library = c.CDLL(settings.folder / 'subject-roofs.so')
        for each in (self.library.roofs_peak, self.library.roofs_bandwidth, self.library.roofs_handover):
            each.restype = c.c_double
        self.library.roofs_bandwidth.argtypes = [c.POINTER(c.c_int), c.c_int, c.c_int64]

    @staticmethod
    def versions():
        return {}

    def peak(self, bits):
        """FLOP/s of multiply-adds in registers, all CPUs together."""
        return self.library.roofs_peak(self.cpus, len(self.cpus), bits)

    def bandwidth(self, size):
        """Bytes a second at which all CPUs together read `size` bytes again and again, each its share of them."""
        return self.library.roofs_bandwidth(self.cpus, len(self.cpus), size)

    def handover(self):
        """Seconds that a cache line takes from the CPU that wrote it to the next one."""
        return self.library.roofs_handover(self.cpus, len(self.cpus))
