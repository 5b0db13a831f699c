"""What a handful of timings says: medians, their intervals, and means of ratios."""
import math

import numpy

RESAMPLINGS = 2000


def median_interval(values):
    """(median, low, high): the median, and where it lies with 95 % confidence by the percentile bootstrap."""
    values = numpy.asarray(values, float)
    middle = float(numpy.median(values))
    if len(values) < 2:
        return middle, middle, middle
    drawn = numpy.random.default_rng(1).integers(len(values), size=(RESAMPLINGS, len(values)))
    low, high = numpy.quantile(numpy.median(values[drawn], axis=1), (0.025, 0.975))
    return middle, float(low), float(high)


def ratio(above, below):
    """median_interval of the ratios of neighbouring samples: those of the same round."""
    return median_interval(numpy.divide(above, below))


def geometric_mean(values):
    return math.exp(math.fsum(map(math.log, values)) / len(values))
