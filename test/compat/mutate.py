# SPDX-License-Identifier: Apache-2.0
"""Files as tired people leave them: one mistake each, the same on every run."""
import random
import re


def _pick(random_, lines, wanted):
    """The number of a line that satisfies WANTED, or None."""
    found = [i for i, line in enumerate(lines) if wanted(line)]
    return random_.choice(found) if found else None


def _is_statement(line):
    return re.match(r'\s*[\w-]+', line) is not None


def _edit(wanted, change):
    """A mutation that replaces one line by others."""
    def mutate(random_, text):
        lines = text.split('\n')
        i = _pick(random_, lines, wanted)
        return None if i is None else '\n'.join(lines[:i] + change(random_, lines[i]) + lines[i + 1:])
    return mutate


def _sub(pattern, replacement):
    """A mutation inside one line."""
    return _edit(lambda line: re.search(pattern, line) and not re.match(r'\s*[#!]', line),
                 lambda _random, line: [re.sub(pattern, replacement, line, count=1)])


def _misspell(random_, line):
    word = re.match(r'\s*([\w-]+)', line)
    start, end = word.span(1)
    at = random_.randrange(start, end)
    return [line[:at] + random_.choice(['', line[at] * 2, 'x']) + line[at + 1:]]


def _swap(random_, text):
    lines = text.split('\n')
    found = [i for i in range(len(lines) - 1) if _is_statement(lines[i]) and _is_statement(lines[i + 1])
             and not re.search('[{}]', lines[i] + lines[i + 1])]
    if not found:
        return None
    i = random_.choice(found)
    return '\n'.join(lines[:i] + [lines[i + 1], lines[i]] + lines[i + 2:])


def _cut(random_, text):
    return text[:random_.randrange(len(text) // 2, len(text))]


def _upper(word):
    return word.group(0).upper()


def _plain(line):
    return _is_statement(line) and '{' not in line and '}' not in line


MUTATIONS = {
    'closing brace deleted': _edit(lambda line: line.strip() == '}', lambda _r, _line: []),
    'opening brace deleted': _sub(r'\s*\{', ''),
    'closing brace doubled': _edit(lambda line: line.strip() == '}', lambda _r, line: [line, line]),
    'opening brace on a line of its own': _edit(lambda line: line.rstrip().endswith('{'),
                                                lambda _r, line: [line.rstrip()[:-1], '{']),
    'line doubled': _edit(_plain, lambda _r, line: [line, line]),
    'line deleted': _edit(_plain, lambda _r, _line: []),
    'lines swapped': _swap,
    'keyword misspelt': _edit(_is_statement, _misspell),
    'argument missing': _sub(r'^(\s*[\w-]+)\s+[^\s{]+$', r'\1'),
    'argument too many': _edit(lambda line: _plain(line) and len(line.split()) == 2, lambda _r, line: [line + ' more']),
    'number negative': _sub(r'(?<=\s)(\d+)$', r'-\1'),
    'number out of range': _sub(r'(?<=\s)\d+$', '99999999999'),
    'number not a number': _sub(r'(?<=\s)(\d+)$', r'\1x'),
    'letter O for zero': _sub(r'(?<=\d)0$', 'O'),
    'address out of range': _sub(r'(\d+\.\d+\.\d+)\.\d+', r'\1.256'),
    'address cut': _sub(r'(\d+\.\d+\.\d+)\.\d+', r'\1'),
    'wrong case': _sub(r'^\s*[a-z_]+', _upper),
    'quote missing': _sub('"([^"]*)"', r'"\1'),
    'quote for no reason': _sub(r'^(\s*[\w-]+\s+)(\S+)$', r'\1"\2'),
    'equals sign': _sub(r'^(\s*[\w-]+)\s+(\S+)$', r'\1 = \2'),
    'semicolon at the end': _sub(r'^(\s*[\w-]+\s+[^\s{}]+)$', r'\1;'),
    'comment in a word': _sub(r'^(\s*[\w-]+\s+\S)(\S+)$', r'\1#\2'),
    'comment of C': _sub(r'^(\s*[\w-]+\s+\S+)$', r'\1 // here'),
    'end of the file missing': _cut,
    'lines ended as on Windows': lambda _r, text: text.replace('\n', '\r\n'),
    'tabs and blanks': lambda _r, text: re.sub('^ +', '\t', text, flags=re.M).replace(' {', '   {  '),
    'mark of UTF-8 first': lambda _r, text: '\ufeff' + text,
    'no newline at the end': lambda _r, text: text.rstrip('\n'),
    'all of it twice': lambda _r, text: text + text,
}


def mutants(name, text):
    """(name, text) of every mutation that fits the file."""
    for what, mutate in MUTATIONS.items():
        changed = mutate(random.Random(f'{name}: {what}'), text)
        if changed is not None and changed != text:
            yield f'{name}: {what}', changed
