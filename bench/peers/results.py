"""Records in files: rows.json has every sample, rows.csv what came of them."""
import csv
import itertools
import json
import os

import summary

WORK_COLUMNS = ('group', 'cell', 'mode', 'precision', 'threads', 'hidden', 'batch', 'steps', 'inputs', 'layers',
                'directions', 'calls', 'ragged')
SUBJECT_COLUMNS = ('subject', 'status', 'why', 'deviation', 'samples', 'seconds', 'seconds_low', 'seconds_high',
                   'flops_per_second', 'peak_share', 'ratio', 'ratio_low', 'ratio_high', 'bytes_total',
                   'bytes_weights', 'bytes_workspace', 'bytes_tape', 'others', 'flagged', 'far')


class Results:
    """A folder; written anew after each row, so that nothing measured is lost."""

    def __init__(self, folder, head):
        self.folder, self.head, self.records = folder, head, []
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, record):
        self.records.append(record)
        self._write()

    def replace(self, place, record):
        self.records[place] = record
        self._write()

    def _write(self):
        self._replace('rows.json', lambda file: json.dump({'machine': self.head, 'rows': self.records}, file, indent=1))
        self._replace('rows.csv', self._write_csv)

    def write_report(self, text):
        self._replace('report.txt', lambda file: file.write(text))

    def _replace(self, name, write):
        temporary = self.folder / (name + '.part')
        with open(temporary, 'w', encoding='utf-8', newline='') as file:
            write(file)
        os.replace(temporary, self.folder / name)

    def _write_csv(self, file):
        for key, value in self.head.items():
            file.write(f'# {key}: {value}\n')
        writer = csv.DictWriter(file, WORK_COLUMNS + SUBJECT_COLUMNS, extrasaction='ignore', lineterminator='\n')
        writer.writeheader()
        for record in self.records:
            for line in lines_of(record):
                writer.writerow(line)


def lines_of(record):
    """One a subject."""
    row = summary.Row(record)
    for name, subject in record['subjects'].items():
        line = {**record['work'], 'ragged': int(bool(record['work']['lengths'])), 'subject': name, **subject,
                'others': f'{record["others"]:.3f}', 'flagged': int(record['flagged']),
                'far': int(record['far'])}
        line.update({f'bytes_{key}': value for key, value in subject.get('bytes', {}).items()})
        line.update(samples=0, seconds='')
        if subject['status'] == 'timed':
            line.update(row.numbers(name))
        yield line


def is_better(record, other):
    """Whether of two records of a row this one was made on the quieter machine."""
    return (record['flagged'], record['far'], record['others']) < (other['flagged'], other['far'], other['others'])


def read(folders):
    """(head of the first, records of all, a row's best one if it was measured more than once)"""
    files = [json.loads((folder / 'rows.json').read_text(encoding='utf-8')) for folder in folders]
    best = {}
    for record in itertools.chain.from_iterable(file['rows'] for file in files):
        row = json.dumps(record['work'])
        if row not in best or is_better(record, best[row]):
            best[row] = record
    return files[0]['machine'], list(best.values())
