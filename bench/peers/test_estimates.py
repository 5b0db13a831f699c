"""The statistics, on numbers that can be checked by hand: python -m unittest discover bench/peers."""
import unittest

import numpy

import estimates


class MedianInterval(unittest.TestCase):
    def test_of_one_is_itself(self):
        self.assertEqual(estimates.median_interval([3.0]), (3.0, 3.0, 3.0))

    def test_of_equals_has_no_width(self):
        self.assertEqual(estimates.median_interval([2.0] * 9), (2.0, 2.0, 2.0))

    def test_an_outlier_moves_neither_median_nor_interval_far(self):
        middle, low, high = estimates.median_interval([1.0] * 20 + [1000.0])
        self.assertEqual((middle, low, high), (1.0, 1.0, 1.0))

    def test_holds_the_true_median_about_as_often_as_it_says(self):
        generator = numpy.random.default_rng(7)
        held = 0
        for _ in range(300):
            _, low, high = estimates.median_interval(generator.exponential(size=25))
            held += low <= numpy.log(2) <= high
        self.assertGreater(held, 0.90 * 300)
        self.assertLess(held, 0.995 * 300)

    def test_is_the_same_each_time(self):
        values = numpy.random.default_rng(1).uniform(size=11)
        self.assertEqual(estimates.median_interval(values), estimates.median_interval(values))


class Ratio(unittest.TestCase):
    def test_pairs_neighbours_so_that_drift_cancels(self):
        drift = numpy.linspace(1, 5, 9)
        self.assertEqual(estimates.ratio(2 * drift, drift), (2.0, 2.0, 2.0))


class GeometricMean(unittest.TestCase):
    def test_of_opposites_is_one(self):
        self.assertAlmostEqual(estimates.geometric_mean([4.0, 0.25]), 1.0)

    def test_of_one_is_itself(self):
        self.assertAlmostEqual(estimates.geometric_mean([1.7]), 1.7)


if __name__ == '__main__':
    unittest.main()
