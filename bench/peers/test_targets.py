"""Which rows a target takes and how it judges them, on made-up records."""
import dataclasses
import unittest

import sets
import summary
import targets
from work import CELLS, Work


def made_row(work, weir, others):
    """A row in which every sample of a subject took the same time."""
    timed = {name: {'status': 'timed', 'seconds': [seconds] * 3}
             for name, seconds in {'weir-native': weir, **others}.items()}
    return summary.Row(summary.summarise({
        'work': dataclasses.asdict(work), 'flops': work.flops(), 'recurrent_bytes': work.recurrent_bytes(),
        'subjects': timed, 'peak': [1e11] * 3, 'bandwidth': [1e11] * 3, 'handover': [], 'others': 0.0,
        'flagged': False, 'far': False}))


def grid_rows(others, mode='inference'):
    return [made_row(Work('grid', cell, mode, 1, hidden, batch), 1.0, others)
            for cell in CELLS for hidden, batch in sets.FULL]


class Targets(unittest.TestCase):
    def test_each_counts_its_cells(self):
        for mode in ('inference', 'training'):
            rows = grid_rows({'torch': 2.0}, mode)
            for target in targets.GEOMETRIC:
                if target.mode == mode and not target.name.startswith(('ragged', 'f64')):
                    self.assertEqual(len([row for row in rows if target.chosen(row)]), target.count, target.name)

    def test_the_best_peer_is_the_fastest_and_not_weir_on_one_thread(self):
        others = {'torch': 3.0, 'onednn': 2.0, 'weir-native@1': 0.5}
        row = made_row(Work('grid', 'gru', 'inference', 2, 16, 1), 1.0, others)
        self.assertEqual((row.best_peer().name, row.best_peer().median), ('onednn', 2.0))

    def test_a_mean_is_judged(self):
        target = targets.GEOMETRIC[0]
        self.assertEqual(targets.geometric_cells(target, grid_rows({'torch': 2.0}), 1)[1:], ['2.00', 'met', '84 of 84'])
        self.assertEqual(targets.geometric_cells(target, grid_rows({'torch': 1.4}), 1)[2], 'NOT met')
        self.assertEqual(targets.geometric_cells(target, grid_rows({'torch': 2.0})[:9], 1)[2], 'met so far')
        self.assertEqual(targets.geometric_cells(target, [], 1)[2], 'not measured')

    def test_one_slow_cell_fails_the_worst_cell(self):
        rows = grid_rows({'torch': 2.0})
        rows[5] = made_row(rows[5].work, 1.0, {'torch': 0.9})
        self.assertEqual(targets.worst_cells(rows, 'inference', 1)[2:], ['NOT met', '84 of 84, 1 fail'])

    def test_the_bound_of_a_row_that_meets_it(self):
        work = Work('grid', 'lstm', 'inference', 1, 256, 1)
        seconds = (work.steps * work.recurrent_bytes() + work.flops() / 2) / 1e11
        self.assertEqual(made_row(work, seconds, {}).bound_share(), 1.0)


class Flops(unittest.TestCase):
    def test_of_an_lstm(self):
        self.assertEqual(Work('grid', 'lstm', 'inference', 1, 8, 2, steps=5).flops(), 2 * 5 * 2 * 4 * 8 * 16)

    def test_of_ragged_rows_are_those_of_live_steps(self):
        work = Work('ragged', 'gru', 'training', 1, 8, 2, steps=5, lengths=(5, 2))
        self.assertEqual(work.flops(), 3 * 2 * 7 * 3 * 8 * 16)

    def test_of_two_bidirectional_layers(self):
        work = Work('layers', 'rnn', 'inference', 1, 8, 1, steps=1, layers=2, directions=2)
        self.assertEqual(work.flops(), 2 * 2 * 8 * (8 + 8) + 2 * 2 * 8 * (16 + 8))


if __name__ == '__main__':
    unittest.main()
