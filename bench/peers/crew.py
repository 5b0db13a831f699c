"""The subjects' processes, seen from the main one."""
import multiprocessing

import subjects
import worker


class Unusable(Exception):
    """A subject that refused, failed or died; the text says which and why."""


class Worker:
    """One subject in a process of its own, started when it is first asked for something, and again after it died."""

    def __init__(self, settings):
        self.settings = settings
        self.process = None
        self.connection = None

    def _start(self):
        context = multiprocessing.get_context('spawn')
        self.connection, other = context.Pipe()
        self.process = context.Process(target=worker.serve, args=(other, self.settings), daemon=True)
        self.process.start()
        other.close()

    def call(self, method, *arguments):
        if self.process is None:
            self._start()
        try:
            self.connection.send((method, arguments))
            status, result = self.connection.recv()
        except (EOFError, ConnectionError) as error:
            self.process.join()
            code, self.process = self.process.exitcode, None
            raise Unusable(f'its process died (status {code})') from error
        if status != 'done':
            raise Unusable(f'{status}: {result}')
        return result

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.join()


class Crew:
    """All workers of one number of threads."""

    def __init__(self, threads, cpus, folder):
        self.threads, self.cpus, self.folder = threads, tuple(cpus[:threads]), folder
        self.workers = {}

    def __getitem__(self, name):
        """The worker of that name; 'NAME@1' is NAME on one thread, in a crew of several."""
        if name not in self.workers:
            kind, _, threads = name.partition('@')
            count = int(threads or self.threads)
            self.workers[name] = Worker(subjects.Settings(kind, count, self.cpus[:count], self.folder))
        return self.workers[name]

    def versions(self, names):
        return {name: self[name].call('versions') for name in names}

    def pids(self):
        return [each.process.pid for each in self.workers.values() if each.process is not None]

    def stop(self):
        for each in self.workers.values():
            each.stop()
