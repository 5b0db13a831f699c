"""Whether two results are the same but for rounding."""
import math

import numpy

# Largest difference from the reference over the largest number in the reference, tensor by tensor.
TOLERANCE = {'f32': 1e-5, 'f64': 1e-12}


def deviation(found, reference):
    """(largest deviation, the tensor that it is in)"""
    worst = (0.0, '')
    for name, wanted in reference.items():
        scale = numpy.abs(wanted).max()
        off = float(numpy.abs(found[name] - wanted).max() / (scale or 1.0))
        worst = max(worst, (math.inf if math.isnan(off) else off, name))
    return worst


def agrees(off, precision):
    return off <= TOLERANCE[precision]
