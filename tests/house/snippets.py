#!/usr/bin/env python3
"""Every C block of the README, the docs and the comment in weir.h compiles.

    snippets.py ROOT CC...

A block with main() is a program. Any other is a function's body, after snippet_prelude.h; lines "#include" at its
beginning are allowed. In weir.h's comment "..." stands for any loop.
"""
import pathlib
import re
import subprocess
import sys

from tap import Tap

HERE = pathlib.Path(__file__).parent
WARNINGS = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-Wno-unused']
BLOCK = re.compile(r'^([ \t]*)```c[ \t]*\n(.*?)^\1```', re.MULTILINE | re.DOTALL)
USAGE = re.compile(r'time loop:\n \*\n(( \*     .*\n)+)')


def blocks(path):
    """(line number, C text)"""
    text = path.read_text(encoding='utf-8')
    for match in BLOCK.finditer(text):
        yield text.count('\n', 0, match.start()) + 2, match.group(2)


def usage(header):
    """The comment at the head of weir.h, likewise."""
    text = header.read_text(encoding='utf-8')
    match = USAGE.search(text)
    if match:
        code = re.sub(r'^ \* ', '', match.group(1), flags=re.MULTILINE).replace('(...)', '(;;)')
        yield text.count('\n', 0, match.start(1)) + 1, code


def program(path, line, code):
    """A whole source file; errors are told at the line of the document."""
    place = f'#line {line} "{path}"\n'
    if re.search(r'\bmain\s*\(', code):
        return place + code
    body = code.splitlines()
    head = [text if text.startswith('#include') else '' for text in body]
    rest = ['' if text.startswith('#include') else text for text in body]
    return ('#include "snippet_prelude.h"\n' + place + '\n'.join(head) + '\nint snippet(void);\n' +
            'int snippet(void)\n{\n' + place + '\n'.join(rest) + '\nreturn 0;\n}\n')


def compiles(cc, root, text):
    command = [*cc, *WARNINGS, f'-I{root / "include"}', f'-I{HERE}', '-fsyntax-only', '-x', 'c', '-']
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return [] if done.returncode == 0 else done.stdout


def main(root, *cc):
    root = pathlib.Path(root)
    tap = Tap()
    found = 0
    for path in sorted([*root.glob('*.md'), *root.glob('docs/*.md'), root / 'include/weir/weir.h']):
        name = path.relative_to(root)
        for line, code in usage(path) if path.suffix == '.h' else blocks(path):
            tap.case(f'{name}:{line}', compiles(cc, root, program(name, line, code)))
            found += path.suffix == '.h'
    tap.case('weir.h has its usage comment', [] if found == 1 else 'not found')
    tap.end()


if __name__ == '__main__':
    main(*sys.argv[1:])
