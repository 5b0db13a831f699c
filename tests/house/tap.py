"""TAP for the tests of the house: one line a case, what went wrong as comments under it."""
import subprocess
import sys
import textwrap


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def case(self, name, problems=()):
        """A case passes if there are no problems (sentences)."""
        problems = [problems] if isinstance(problems, str) else list(problems)
        self.count += 1
        self.failed += bool(problems)
        print(f'{"not ok" if problems else "ok"} {self.count} - {name}')
        for problem in problems:
            for line in str(problem).splitlines():
                print(f'#   {line}')
        sys.stdout.flush()

    def skip(self, name, reason):
        self.count += 1
        print(f'ok {self.count} - {name} # SKIP {reason}', flush=True)

    def run(self, name, command, **options):
        """A case that passes if the command succeeds; gives back what it printed, or None."""
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False, **options)
        shown = textwrap.shorten(' '.join(map(str, command)), 300)
        self.case(name, [] if done.returncode == 0 else [f'status {done.returncode}: {shown}', done.stdout])
        return done.stdout if done.returncode == 0 else None

    def end(self):
        print(f'1..{self.count}')
        sys.exit(1 if self.failed or not self.count else 0)
