# SPDX-License-Identifier: Apache-2.0
"""Two readers, many files: what each says about each.

Both run in a sandbox (test/lab/sandbox.py) with interfaces of the usual names, so that nothing depends on the machine
and nothing of it is touched. A file is judged in a folder of its own name next to the files it may include.
"""
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import sandbox

FOLDER = '/run/compat'
TRACKED = '/run/keepd-compat-tracked'
SECONDS = 10                                    # then a reader counts as hung
INTERFACES = {'eth0': ('192.168.0.2/24', '2001:db8::2/64'), 'eth1': ('192.168.1.2/24',), 'eth2': ('192.168.2.2/24',),
              'eth3': ('192.168.3.2/24',), 'bond0': ('10.1.0.2/16',), 'ens192': ('10.2.0.2/16',), 'vlan100': ('10.3.0.2/16',)}
INCLUDES = {'part.inc': 'track_file included {\n    file /etc/passwd\n}\n'}


def network():
    lines = ['link set lo up']
    for name, addresses in INTERFACES.items():
        lines += [f'link add {name} type veth peer name p-{name}', f'link set {name} up', f'link set p-{name} up',
                  *(f'addr add {address} dev {name}' for address in addresses)]
    subprocess.run(['ip', '-batch', '-'], input='\n'.join(lines) + '\n', text=True, check=True, timeout=60)


def ask(argv, folder):
    """Exit status (None: it hung) and everything that was said."""
    try:
        done = subprocess.run(argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, start_new_session=True, timeout=SECONDS, env={'PATH': '/usr/sbin:/usr/bin:/sbin:/bin'})
    except subprocess.TimeoutExpired:
        return None, ''
    return done.returncode, done.stdout.decode('utf-8', 'replace')


def judge(number, text, keepd):
    folder = f'{FOLDER}/{number}'
    os.mkdir(folder)
    with open(folder + '/x.conf', 'wb') as f:
        f.write(text.encode('utf-8', 'surrogateescape'))
    for name, content in INCLUDES.items():
        with open(f'{folder}/{name}', 'w') as f:
            f.write(content)
    # The test of keepalived 2.2 runs in the foreground, and -t never starts anything.
    return [*ask(['keepalived', '-t', '-f', 'x.conf'], folder), *ask([keepd, '-t', '-f', 'x.conf'], folder)]


def judge_all(texts, keepd, jobs):
    """For each text: [keepalived's status, its words, keepd's status, its words]."""
    def work():
        network()
        os.mkdir(FOLDER)
        with open(TRACKED, 'w') as f:
            f.write('0\n')
        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(lambda item: judge(item[0], item[1], keepd), enumerate(texts)))
    return sandbox.run(work, 600)


# keepd says FILE:LINE:COL: error: TEXT, then the line and a mark under it.
KEEPD_SAYS = re.compile(r'^(?P<file>[^\s:]+):(?:(?P<line>\d+):(?:\d+:)?)? (?P<kind>error|warning): (?P<text>.*)$', re.M)
KEEPD_LATER = re.compile('not supported yet')
# keepalived says (FILE: Line N) TEXT, (Line N) TEXT, or the text alone.
KEEPALIVED_SAYS = re.compile(r'^(?:\((?:[^\s:()]+: )?Line (?P<line>\d+)\) )?(?P<text>.+)$', re.M)
KEEPALIVED_CHATTER = re.compile(r'^(Configuration file|Opening file|Starting|Stopped|Keepalived v|\s*$)')


class Verdict:
    """What the two said about one file."""

    def __init__(self, name, text, answers):
        self.name, self.text = name, text
        self.keepalived_status, self.keepalived_words, self.keepd_status, self.keepd_words = answers
        said = [m.groupdict() for m in KEEPD_SAYS.finditer(self.keepd_words)]
        self.warnings = [s for s in said if s['kind'] == 'warning']
        self.later = [s for s in said if s['kind'] == 'error' and KEEPD_LATER.search(s['text'])]
        self.errors = [s for s in said if s['kind'] == 'error' and not KEEPD_LATER.search(s['text'])]
        self.complaints = [m.groupdict() for m in KEEPALIVED_SAYS.finditer(self.keepalived_words)
                           if not KEEPALIVED_CHATTER.match(m['text'])]

    @property
    def keepalived(self):
        """accepts: nothing to say. complains: it would run all the same. rejects: it would not run."""
        if self.keepalived_status is None or self.keepalived_status < 0:
            return 'dies'
        return {0: 'accepts', 5: 'complains', 6: 'complains'}.get(self.keepalived_status, 'rejects')

    @property
    def keepd(self):
        """accepts or warns: also when all that it lacks is that a keyword is not built yet."""
        if self.keepd_status not in (0, 2):
            return 'breaks'
        if self.errors or (self.keepd_status and not self.later):
            return 'rejects'
        return 'warns' if self.warnings else 'accepts'

    def outputs(self):
        def indented(text):
            return ''.join(f'        {line}\n' for line in text.splitlines())
        return f'    keepalived: exit {self.keepalived_status}\n{indented(self.keepalived_words)}' \
               f'    keepd: exit {self.keepd_status}\n{indented(self.keepd_words)}'
