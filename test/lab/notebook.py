# SPDX-License-Identifier: Apache-2.0
"""A notify script that writes down how it was called: as whom, with what, from when to when."""
import json
import os

SCRIPT = '''#!/usr/bin/python3 -I
import fcntl, json, os, sys, time

def note(**what):
    with open({page!r}, 'a') as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        f.write(json.dumps(dict(what, pid=os.getpid())) + '\\n')

def read(name):
    with open('/proc/self/' + name, 'rb') as f:
        return f.read().decode()

note(begin=time.monotonic(), args=sys.argv[1:], uid=os.getuid(), gid=os.getgid(), groups=os.getgroups(),
     cwd=os.getcwd(), environ=dict(v.split('=', 1) for v in read('environ').split('\\0') if v),
     powers=[v.split()[1] for v in read('status').splitlines() if v.startswith(('CapEff', 'CapPrm', 'CapAmb'))],
     streams=[os.readlink('/proc/self/fd/%d' % fd) for fd in range(3)])
time.sleep({seconds})
note(end=time.monotonic())
'''


class Notebook:
    """The script is .script; SECONDS: how long it takes."""

    def __init__(self, name='notify', seconds=0.0):
        folder = f'/run/{name}'
        os.mkdir(folder, 0o755)
        self.script = f'{folder}/script'
        self.page = f'{folder}/page'
        with open(self.page, 'w'):
            pass
        os.chmod(self.page, 0o666)
        with open(self.script, 'w') as f:
            f.write(SCRIPT.format(page=self.page, seconds=seconds))
        os.chmod(self.script, 0o755)

    def runs(self):
        """In the order in which they began: what the script has noted, with 'end' None while it runs."""
        runs, open_ = [], {}
        with open(self.page) as f:
            for line in f:
                if not line.endswith('\n'):
                    break                       # being written
                note = json.loads(line)
                if 'begin' in note:
                    open_[note['pid']] = {**note, 'end': None}
                    runs.append(open_[note['pid']])
                else:
                    open_[note['pid']]['end'] = note['end']
        return runs

    def ended(self):
        return [run for run in self.runs() if run['end'] is not None]
