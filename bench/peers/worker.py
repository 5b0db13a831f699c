"""The process of one subject: bound to its CPUs, with nobody else's threads in it, it does what it is asked."""
import gc
import math
import os
import signal
import time

import subjects
from clibrary import Refused
from work import Data

WARM_SECONDS = 0.01 # caches and clocks, before each sample
QUIET_SECONDS, QUIET_SHARE, QUIET_LIMIT = 0.002, 0.1, 0.1


def settle():
    """Waits until the library's threads have stopped spinning, which the next subject's sample would feel."""
    limit = time.perf_counter() + QUIET_LIMIT
    while time.perf_counter() < limit:
        before = time.process_time()
        time.sleep(QUIET_SECONDS)
        if time.process_time() - before < QUIET_SHARE * QUIET_SECONDS:
            return


class Server:
    """What the main process may ask for, method by method."""

    def __init__(self, settings):
        self.subject = subjects.make(settings)
        self.session = None
        self.run_seconds = 0.0

    def versions(self):
        return self.subject.versions()

    def open(self, work):
        """Makes the work ready and runs it once; how the subject says that it will run, and what it keeps."""
        self.close()
        self.session = self.subject.open(work, Data(work))
        self.session.run(1)
        return {'describe': self.session.describe()}

    def outputs(self):
        return self.session.outputs()

    def bytes(self):
        return self.session.bytes()

    def close(self):
        if self.session is not None:
            self.session.close()
        self.session = None
        gc.collect()

    def calibrate(self):
        """Seconds of a run, roughly."""
        count, passed = 1, 0.0
        while True:
            start = time.perf_counter()
            self.session.run(count)
            passed = time.perf_counter() - start
            if passed >= WARM_SECONDS:
                break
            count *= 2
        self.run_seconds = passed / count
        settle()
        return self.run_seconds

    def sample(self, seconds):
        """Seconds of a run, the mean over at least `seconds`."""
        if self.run_seconds < seconds:
            self.session.run(math.ceil(WARM_SECONDS / self.run_seconds))
        count, passed, batch = 0, 0.0, max(1, math.ceil(seconds / self.run_seconds))
        start = time.perf_counter()
        while passed < seconds:
            self.session.run(batch)
            count += batch
            passed = time.perf_counter() - start
            batch = max(1, math.ceil((seconds - passed) / passed * count))
        self.run_seconds = passed / count
        settle()
        return self.run_seconds

    def peak(self, bits):
        return self.subject.peak(bits)

    def bandwidth(self, size):
        return self.subject.bandwidth(size)

    def handover(self):
        return self.subject.handover()


def serve(connection, settings):
    """The process's main function: ('done', result), ('refused', sentence) or ('failed', sentence) for each request."""
    signal.signal(signal.SIGINT, signal.SIG_IGN) # Ctrl-C is for the main process
    os.sched_setaffinity(0, settings.cpus)
    os.environ.update(settings.environment())
    gc.disable()
    server = None
    while True:
        try:
            method, arguments = connection.recv()
        except EOFError:
            return
        try:
            server = server or Server(settings)
            answer = ('done', getattr(server, method)(*arguments))
        except Refused as refusal:
            answer = ('refused', str(refusal))
        except Exception as error: # whatever a library raises is reported with the row
            answer = ('failed', f'{type(error).__name__}: {error}'.splitlines()[0])
        connection.send(answer)
