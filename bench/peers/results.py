"""Records in files: rows.json has every sample, rows.csv what came of them, summary.json what a report is made of."""
import csv
import json
import os

import summary

ROWS, SUMMARY = 'rows.json', 'summary.json'

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
        self.write()

    def replace(self, place, record):
        self.records[place] = record
        self.write()

    def write(self):
        held = {'machine': self.head, 'rows': self.records}
        replace(self.folder / ROWS, lambda file: json.dump(held, file, indent=1))
        replace(self.folder / 'rows.csv', self._write_csv)

    def _write_csv(self, file):
        for key, value in self.head.items():
            file.write(f'# {key}: {value}\n')
        writer = csv.DictWriter(file, WORK_COLUMNS + SUBJECT_COLUMNS, extrasaction='ignore', lineterminator='\n')
        writer.writeheader()
        for record in self.records:
            for line in lines_of(record):
                writer.writerow(line)


def replace(path, write):
    """The file anew: the old one is whole until the new one is."""
    temporary = path.with_name(path.name + '.part')
    with open(temporary, 'w', encoding='utf-8', newline='') as file:
        write(file)
    os.replace(temporary, path)


def lines_of(record):
    """One a subject."""
    for name, subject in record['subjects'].items():
        line = {**record['work'], 'ragged': int(bool(record['work']['lengths'])), 'subject': name, **subject,
                'others': f'{record["others"]:.3f}', 'flagged': int(record['flagged']),
                'far': int(record['far'])}
        line.update({f'bytes_{key}': value for key, value in subject.get('bytes', {}).items()})
        line.update(samples=0, seconds='')
        if subject['status'] == 'timed':
            line.update(summary.numbers(record, name))
        yield line


def is_better(record, other):
    """Whether of two records of a row this one was made on the quieter machine."""
    return (record['flagged'], record['far'], record['others']) < (other['flagged'], other['far'], other['others'])


class Parts:
    """Rows that were measured in one go, or in several: the head of each, and a summary of each row."""

    def __init__(self, heads, summaries):
        self.heads = heads
        self.summaries = summaries # `part`: place of its head

    def rows(self):
        return [summary.Row(each) for each in self.summaries]

    def write(self, folder, report):
        """The report, and what it can be made of again: a line a row."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = ',\n'.join(json.dumps(each, separators=(',', ':')) for each in self.summaries)
        text = f'{{"machines": {json.dumps(self.heads, indent=1)},\n"rows": [\n{lines}\n]}}\n'
        replace(folder / SUMMARY, lambda file: file.write(text))
        replace(folder / 'report.txt', lambda file: file.write(report))


def summarised(head, records):
    return Parts([head], [{'part': 0, **summary.summarise(record)} for record in records])


def file_of(path):
    """A folder stands for its rows.json, or for its summary.json if it has no other."""
    if path.is_dir():
        return path / (ROWS if (path / ROWS).exists() else SUMMARY)
    return path


def read_one(path):
    """The Parts in a rows.json or a summary.json."""
    held = json.loads(file_of(path).read_text(encoding='utf-8'))
    return summarised(held['machine'], held['rows']) if 'machine' in held else Parts(held['machines'], held['rows'])


def without_empty(parts):
    """Of which only those stand there that have a row."""
    used = sorted({each['part'] for each in parts.summaries})
    return Parts([parts.heads[part] for part in used],
                 [{**each, 'part': used.index(each['part'])} for each in parts.summaries])


def read(paths):
    """The Parts of them all; of a row that was measured more than once, the best."""
    heads, best = [], {}
    for parts in map(read_one, paths):
        for each in parts.summaries:
            work = summary.work_of(each)
            if work not in best or is_better(each, best[work]):
                best[work] = {**each, 'part': len(heads) + each['part']}
        heads += parts.heads
    return without_empty(Parts(heads, list(best.values())))
