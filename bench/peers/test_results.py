"""What is written can be read again, and then says the same; on made-up records."""
import argparse
import dataclasses
import pathlib
import random
import tempfile
import unittest

import main
import results
import sets
import summary
import tables
from work import Work

OPTIONS = argparse.Namespace(targets=True)
HEAD = {'date': 'Monday', 'command': 'run.sh', 'cpu': 'of one kind'}


def made_record(work, others=0.0):
    """Its samples are drawn: the same for the same work and `others`."""
    draw = random.Random(repr((work, others)))

    def samples(center):
        return [center * draw.uniform(0.9, 1.1) for _ in range(5)]

    subjects = {name: {'status': 'timed', 'describe': 'many words', 'deviation': draw.uniform(0, 1e-6), 'worst': 'y',
                       'bytes': {'total': 1 << 20, 'workspace': 1 << 18, 'tape': 1 << 19}, 'seconds': samples(seconds)}
                for name, seconds in (('weir-native', 1e-3), ('torch', 2e-3), ('onednn', 1.5e-3))}
    subjects['onnxruntime'] = {'status': 'unusable', 'why': 'it did not want to'}
    return {'work': dataclasses.asdict(work), 'flops': work.flops(), 'recurrent_bytes': work.recurrent_bytes(),
            'subjects': subjects, 'peak': samples(1e11), 'bandwidth': samples(1e11) if work.batch == 1 else [],
            'handover': samples(5e-8) if work.threads > 1 else [], 'others': others, 'flagged': others > 0.05,
            'far': False}


def works(threads=1):
    grid = [(16, 1), (128, 1), (512, 16)]
    return [work for name in ('grid', 'ragged')
            for work in sets.works_of(name, grid, ['gru'], ['inference', 'training'], threads)]


class Folders(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)

    def folder(self, name, records, **head):
        """As a run leaves it."""
        store = results.Results(self.root / name, {**HEAD, **head})
        store.records = list(records)
        store.write()
        return store.folder

    def report(self, *paths):
        return main.report_of(results.read(paths), OPTIONS)


class Summary(Folders):
    def test_prints_the_report_that_the_samples_print(self):
        parts = results.summarised(HEAD, [made_record(work) for work in works()])
        report = main.report_of(parts, OPTIONS)
        parts.write(self.root / 'summary', report)
        self.assertEqual(self.report(self.folder('samples', [made_record(work) for work in works()])), report)
        self.assertEqual(self.report(self.root / 'summary'), report)
        self.assertEqual(self.report(self.root / 'summary' / results.SUMMARY), report)
        self.assertEqual((self.root / 'summary' / 'report.txt').read_text(encoding='utf-8'), report)

    def test_of_parts_prints_the_report_of_the_folders(self):
        one = self.folder('one', [made_record(work) for work in works()])
        two = self.folder('two', [made_record(work) for work in works(2)[1:]], date='Tuesday')
        again = self.folder('again', [made_record(works(2)[0]), made_record(works()[3], 0.01)], date='Wednesday')
        parts = results.read([one, two, again])
        parts.write(self.root / 'all', self.report(one, two, again))
        self.assertEqual(self.report(self.root / 'all'), self.report(one, two, again))

    def test_has_no_samples_and_fits_a_repository(self):
        parts = results.summarised(HEAD, [made_record(work) for work in works()])
        parts.write(self.root, '')
        self.assertLess((self.root / results.SUMMARY).stat().st_size, 1000 * len(works()))

    def test_leaves_nothing_out_of_a_work(self):
        for work in works() + [Work('layers', 'rnn', 'training', 2, 512, 16, layers=4, directions=2, inputs=7)]:
            self.assertEqual(summary.work_of({'work': summary.plain_work(work)}), work)


class Overview(unittest.TestCase):
    def test_has_every_column_in_every_line(self):
        shapes = [Work('grid', 'gru', mode, 1, 16, 1) for mode in ('inference', 'training')] \
            + [Work('grid', 'lstm', 'training', 1, 16, 1)]
        lines = tables.overview(results.summarised(HEAD, map(made_record, shapes)).rows()).splitlines()
        self.assertEqual([line.count('|') for line in lines], [4] * len(lines))
        self.assertRegex(lines[-1], r"^\| LSTM: Weir's own engine on OpenBLAS \|  \|  \|$")
        self.assertRegex(lines[-2], r'^\| LSTM: PyTorch \|  \| \d')


class Parts(Folders):
    def test_of_one_folder_have_one_head(self):
        report = self.report(self.folder('one', [made_record(works()[0])]))
        self.assertTrue(report.startswith('date: Monday\ncommand: run.sh\ncpu: of one kind\n\nRatios'))

    def test_say_once_what_is_the_same(self):
        one = self.folder('one', map(made_record, works()[:2]))
        two = self.folder('two', map(made_record, works(2)[:2]), date='Tuesday', command='run.sh --threads 2')
        self.assertTrue(self.report(one, two).startswith(
            'cpu: of one kind\n\n'
            'PART 1 of 2\ndate: Monday\ncommand: run.sh\nGRID, inference, 1 thread: 2 of 2 rows\n\n'
            'PART 2 of 2\ndate: Tuesday\ncommand: run.sh --threads 2\nGRID, inference, 2 threads: 2 of 2 rows\n\n'))

    def test_of_two_machines_show_both(self):
        one = self.folder('one', map(made_record, works()[:1]))
        two = self.folder('two', map(made_record, works()[1:2]), cpu='of another')
        report = self.report(one, two)
        self.assertIn('PART 1 of 2\ncpu: of one kind\n', report)
        self.assertIn('PART 2 of 2\ncpu: of another\n', report)

    def test_name_the_few_rows_of_a_table(self):
        one = self.folder('one', [made_record(work, 0.1) for work in works()[:3]])
        two = self.folder('two', map(made_record, works()[1:2]), date='Tuesday')
        report = self.report(one, two)
        self.assertIn('date: Monday\nGRID, inference, 1 thread: 2 of 3 rows\n', report)
        self.assertIn('date: Tuesday\nGRID, inference, 1 thread: 1 of 3 rows (gru H=128 B=1)\n', report)

    def test_keep_the_row_of_the_quieter_machine_in_its_place(self):
        one = self.folder('one', [made_record(work, 0.1) for work in works()[:3]])
        two = self.folder('two', [made_record(works()[1], 0.2), made_record(works()[2], 0.01)], date='Tuesday')
        rows = results.read([one, two]).rows()
        self.assertEqual([row.work for row in rows], works()[:3])
        self.assertEqual([row.part for row in rows], [0, 0, 1])

    def test_without_a_row_are_not_told(self):
        noisy = self.folder('noisy', [made_record(works()[0], 0.1)], date='Tuesday')
        quiet = self.folder('quiet', [made_record(works()[0])])
        self.assertEqual(results.read([noisy, quiet]).heads, [HEAD])


if __name__ == '__main__':
    unittest.main()
