"""What heads every result: the machine, and the versions of everybody who was measured."""
import shlex
import subprocess
import sys


def of_weir_bench(program, cpus):
    """The lines of `weir-bench machine`, as a dict."""
    command = [program, 'machine', '--cpus', str(cpus[0])]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f'weir-bench machine failed: {done.stderr.strip()}')
    return dict(line.split(': ', 1) for line in done.stdout.splitlines() if ': ' in line)


def flags(arguments):
    return ' '.join(['bench/peers/run.sh', *map(shlex.quote, arguments)])


def describe(program, options, arguments, versions):
    head = of_weir_bench(program, options.cpus)
    head['command'] = flags(arguments)
    head['python'] = '.'.join(map(str, sys.version_info[:3]))
    head['samples'] = f'{options.samples} of at least {options.sample_seconds} s'
    for name, lines in versions.items():
        head[name] = ', '.join(f'{key} {value}' for key, value in lines.items())
    return head
