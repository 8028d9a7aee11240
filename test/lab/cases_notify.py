# SPDX-License-Identifier: Apache-2.0
"""What keepd tells the outside, as keepalived tells it: A is keepd, B keepalived, both alone with the same file.

Each has a virtual router of its own, and what is done to one is done to the other.
"""
import fcntl
import json
import os
import re
import signal
import stat

import config
import wire
from lab import A, E, PRIORITY, VIP, VRID, case, down
from notebook import Notebook
from topology import HOSTS

OTHER_VIP = '192.168.0.201'
OTHER_VRID = VRID + 1
IDLE = """vrrp_instance IDLE {
    interface eth0
    virtual_router_id 99
    priority 10
    advert_int 1
    virtual_ipaddress {
        192.168.0.199/32 dev eth0
    }
}
"""


def with_lines(text, *lines):
    """In the instance."""
    return config.edit(text, r'^ *priority', '\n'.join(lines) + r'\n\g<0>', count=1)


def with_globals(text, *lines):
    return config.edit(text, r'^ *router_id', '\n'.join(lines) + r'\n\g<0>', count=1)


def alone(text):
    """The file of A for B, so that the two have nothing to do with one another."""
    text = text.replace('virtual_router_id 99', 'virtual_router_id 98').replace('.199', '.198')     # IDLE
    return text.replace(f'virtual_router_id {VRID}\n', f'virtual_router_id {OTHER_VRID}\n').replace(VIP, OTHER_VIP)


class Two:
    """A and B with the same file but for VRID and address."""

    def __init__(self, lab, text, of_b=lambda text: text):
        self.lab, self.of_b = lab, of_b
        self.a, self.b = lab.build(kinds={'b': 'keepalived'})
        self.configure(text)

    def each(self):
        return self.a, self.b

    def configure(self, text):
        self.a.configure(text)
        self.b.configure(self.of_b(alone(text)))

    def start(self):
        for director in self.each():
            director.start()
        self.lab.sleep(down(PRIORITY['a']) + A)

    def flap(self):
        for command in ('down', 'up'):
            for director in self.each():
                director.ns.ip(f'link set eth0 {command}')
            self.lab.sleep(1.5)
        self.lab.sleep(down(PRIORITY['a']) + A)

    def reload(self, text):
        self.configure(text)
        for director in self.each():
            director.reload()
        self.lab.sleep(1.0)

    def stop(self):
        for director in self.each():
            director.signal(signal.SIGTERM)
            self.lab.equal(f'exit status of {director.kind}', director.wait(10), 0)


def base(*lines):
    """The file of A, with lines in the instance and with an idle instance, so that one is left."""
    with open(config.FOLDER + '/director-a.conf') as f:
        return with_lines(config.vrrp_only(f.read()), *lines) + IDLE


def lower_adverts(lab, vrid, vip, count):
    sock = lab.network.host['client'].call(wire.advert_socket, HOSTS['client'], 255)
    for _ in range(count):
        sock.sendto(wire.advert(vrid, 7, [vip]), (wire.GROUP, 0))
        lab.sleep(0.3)
    sock.close()


# -- scripts -----------------------------------------------------------------------------------------------------------

EVENTS = ('master', 'backup', 'fault', 'stop', 'deleted', 'master_rx_lower_pri')


def scripted(notes, events):
    return [f'notify_{event} "{notes.script} {event}"' for event in events] + [f'notify {notes.script}']


@case('vrrp', seconds=90)
def notify_scripts_are_called_as_keepalived_calls_them(lab):
    ours, theirs = Notebook('ours'), Notebook('theirs')
    two = Two(lab, base(*scripted(ours, EVENTS)), lambda text: text.replace(ours.script, theirs.script))
    two.start()
    two.flap()
    lower_adverts(lab, VRID, VIP, 2)
    lower_adverts(lab, OTHER_VRID, OTHER_VIP, 2)
    two.reload(IDLE)
    two.stop()
    calls = [[' '.join(run['args']) for run in notes.runs()] for notes in (ours, theirs)]
    lab.figure('keepd', ', '.join(calls[0]))
    # keepalived starts both scripts of a state at once, so they may note themselves in either order
    lab.check(sorted(calls[0]) == sorted(calls[1]), f'keepalived: {calls[1]}')
    lab.check('deleted' in calls[0] and 'INSTANCE VI_1 DELETED 150' in calls[0], 'told as deleted')
    lab.equal('told of a lower priority', calls[0].count('master_rx_lower_pri'), 2)
    runs = [run for run in ours.runs() if run['args'][0] != 'master_rx_lower_pri']
    lab.check(all(x['end'] <= y['begin'] for x, y in zip(runs, runs[1:])), 'one after the other')


@case('vrrp', seconds=60)
def a_removed_instance_is_in_fault_as_with_keepalived(lab):
    ours, theirs = Notebook('ours'), Notebook('theirs')
    two = Two(lab, base(*scripted(ours, ('fault', 'stop'))), lambda text: text.replace(ours.script, theirs.script))
    two.start()
    two.reload(IDLE)
    two.stop()
    calls = [[' '.join(run['args']) for run in notes.runs()] for notes in (ours, theirs)]
    lab.figure('keepd', ', '.join(calls[0]))
    # keepalived 2.2.7 runs notify alone then; with us a script of a state is never left out
    lab.check([call for call in calls[0] if call != 'fault'] == calls[1], f'keepalived: {calls[1]}')
    lab.equal('told at the removal', calls[0][-2:], ['fault', 'INSTANCE VI_1 FAULT 150'])


@case('vrrp', seconds=60)
def a_hung_script_of_lower_priorities_delays_no_script_of_a_state(lab):
    notes, hung = Notebook(), Notebook('hung', seconds=1000)
    a, _ = lab.build()
    a.configure(base(f'notify {notes.script}', f'notify_master_rx_lower_pri {hung.script}'))
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lower_adverts(lab, VRID, VIP, 10)
    begin = lab.now
    lab.equal('hung scripts at work', len(hung.runs()), 1)
    a.ns.ip('link set eth0 down')
    lab.until(lambda: notes.ended()[-1]['args'][2] == 'FAULT', 3, 'fault told')
    lab.at_most('fault told after', notes.ended()[-1]['end'] - begin, 1 + E)
    lab.check(re.search(r'overtaken by a later', a.log()), 'those that wait give way to the last one')


# -- pipes -------------------------------------------------------------------------------------------------------------


class Reader:
    """Reads a pipe as soon as there is one. It holds the pipe open, as a reader does that lives long."""

    def __init__(self, path):
        self.path, self.fd, self.data = path, None, b''

    def open(self):
        self.fd = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        return self

    def lines(self):
        while True:
            try:
                chunk = os.read(self.fd, 65536)
            except BlockingIOError:
                chunk = b''
            if not chunk:
                return self.data.decode().splitlines()
            self.data += chunk


TRACKED = """vrrp_script weighs {
    script "/usr/bin/test -e /run/weighs"
    interval 1
    weight -20
}
"""


@case('vrrp', seconds=120)
def lines_of_pipes_are_those_of_keepalived(lab):
    def text(*lines):
        lines = ('notify_deleted', 'notify_priority_changes', 'track_script {', 'weighs', '}', *lines)
        return TRACKED + with_globals(base(*lines), 'script_user root', 'notify_fifo /run/a-all',
                                      'vrrp_notify_fifo /run/a-vrrp')
    open('/run/weighs', 'w').close()
    two = Two(lab, text(), lambda t: t.replace('/run/a-', '/run/b-'))
    readers = {}
    for name in ('a-all', 'a-vrrp', 'b-all', 'b-vrrp'):
        os.mkfifo(f'/run/{name}', 0o600)        # keepalived makes its own anew at each reload
        readers[name] = Reader(f'/run/{name}').open()
    for director in two.each():
        director.start()
    lab.sleep(down(PRIORITY['a']) + A)
    two.flap()
    os.unlink('/run/weighs')
    lab.sleep(2.5)
    open('/run/weighs', 'w').close()
    lab.sleep(2.5)
    lower_adverts(lab, VRID, VIP, 2)
    lower_adverts(lab, OTHER_VRID, OTHER_VIP, 2)
    two.reload(text('garp_master_repeat 2'))
    two.stop()
    lines = {name: [line for line in reader.lines() if 'IDLE' not in line] for name, reader in readers.items()}
    lab.figure('keepd', ', '.join(lines['a-all']))
    lab.check(lines['a-all'] == lines['b-all'], f'keepalived: {lines["b-all"]}')
    lab.check(lines['a-vrrp'] == lines['b-vrrp'] == lines['a-all'], f'the other pipe: {lines["a-vrrp"]}')


@case('vrrp', seconds=60)
def a_pipe_keeps_its_lines_until_somebody_reads_and_comes_back_when_it_is_removed(lab):
    a, _ = lab.build()
    # keepalived 2.2.7 knows the last of them, but writes nothing then
    text = with_globals(base(), 'vrrp_notify_fifo /run/pipe nobody', 'fifo_write_vrrp_states_on_reload')
    a.configure(text)
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    status = os.lstat('/run/pipe')
    lab.equal('owner and mode', [status.st_uid, oct(status.st_mode)], [65534, oct(stat.S_IFIFO | 0o600)])
    reader = Reader('/run/pipe').open()
    lines = [line for line in reader.lines() if 'VI_1' in line]
    lab.equal('read later', lines, ['INSTANCE "VI_1" BACKUP 150', 'INSTANCE "VI_1" MASTER 150'])
    a.configure(text.replace('priority 150', 'priority 151'))
    lab.equal('keepctl reload', a.reload().returncode, 0)
    lab.until(lambda: sum('VI_1' in line for line in reader.lines()) > 2, 2, 'a line after the reload')
    lines = [line for line in reader.lines() if 'VI_1' in line]
    lab.equal('after the reload', lines[2:], ['INSTANCE "VI_1" MASTER 150'])
    os.unlink('/run/pipe')
    a.ns.ip('link set eth0 down')
    lab.until(lambda: os.path.exists('/run/pipe'), 3, 'made again')
    reader = Reader('/run/pipe').open()
    lines = [line for line in reader.lines() if 'VI_1' in line]
    lab.equal('in the new pipe: what was true, and what happened', lines,
              ['INSTANCE "VI_1" MASTER 150', 'INSTANCE "VI_1" FAULT 151'])
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    lab.check(not os.path.exists('/run/pipe'), 'a pipe that was made is removed at the stop')


@case('vrrp', seconds=120)
def a_pipe_that_nobody_reads_delays_nobody_and_ends_with_the_last_state(lab):
    a, _ = lab.build()
    a.configure(with_globals(base(), 'vrrp_notify_fifo /run/pipe'))
    os.mkfifo('/run/pipe', 0o600)
    small = os.open('/run/pipe', os.O_RDWR | os.O_NONBLOCK)
    fcntl.fcntl(small, fcntl.F_SETPIPE_SZ, 4096)
    while True:
        try:
            os.write(small, b'x' * 64)          # full from the beginning
        except BlockingIOError:
            break
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    begin = lab.now
    sock = lab.network.host['client'].call(wire.advert_socket, HOSTS['client'], 255)
    for n in range(1500):                       # each of them a line, more than there is room for
        sock.sendto(wire.advert(VRID, 7, [VIP]), (wire.GROUP, 0))
        if n % 50 == 49:
            lab.sleep(0.05)
    sock.close()
    lab.sleep(1.0)
    pipe = a.status()['pipes'][0]
    lab.figure('waiting, dropped', (pipe['waiting'], pipe['dropped']))
    lab.equal('lines that wait', pipe['waiting'], 1024)
    lab.check(pipe['dropped'] > 100, 'the others are dropped and counted')
    lab.check('is not read' in a.log(), 'the log says so')
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    a.ns.ip('link set eth0 down')
    lab.until(lambda: a.instance()['state'] == 'fault', 3, 'a fault')
    reader = Reader('/run/pipe').open()
    lab.until(lambda: reader.lines() and a.status()['pipes'][0]['waiting'] == 0, 5, 'all is read')
    states = [line for line in reader.lines() if 'VI_1' in line and 'RX_LOWER' not in line]
    lab.equal('the last state that was read', states[-1:], ['INSTANCE "VI_1" FAULT 150'])


FOLLOWER = """#!/bin/sh
echo "began $* $(id -un)" >>/run/heard
while read -r line; do echo "$line" >>/run/heard; done <"$1"
"""


@case('vrrp', seconds=60)
def the_script_of_a_pipe_runs_all_the_time_and_is_told_all_states_when_it_begins_again(lab):
    def heard():
        with open('/run/heard') as f:
            return [line for line in f.read().splitlines() if 'IDLE' not in line]

    with open('/run/follow', 'w') as f:
        f.write(FOLLOWER)
    os.chmod('/run/follow', 0o755)
    open('/run/heard', 'w').close()
    os.chmod('/run/heard', 0o666)
    a, _ = lab.build()

    def text(path):
        return with_globals(base(), f'vrrp_notify_fifo {path}', 'vrrp_notify_fifo_script /run/follow')
    a.configure(text('/run/pipe'))
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.until(lambda: 'INSTANCE "VI_1" MASTER 150' in heard(), 2, 'it reads')
    lab.equal('heard', heard(), ['began /run/pipe keepd_script', 'INSTANCE "VI_1" BACKUP 150',
                                 'INSTANCE "VI_1" MASTER 150'])
    pid = int(a.ns.run(['pgrep', '-f', '/run/follow']).stdout.split()[0])
    os.kill(pid, signal.SIGKILL)
    lab.until(lambda: len(heard()) == 5, 3, 'started again')
    lab.equal('told again', heard()[3:], ['began /run/pipe keepd_script', 'INSTANCE "VI_1" MASTER 150'])
    a.configure(text('/run/other'))
    lab.equal('keepctl reload', a.reload().returncode, 0)
    lab.until(lambda: len(heard()) == 7, 3, 'the other pipe')
    lab.equal('told at the other pipe', heard()[5:], ['began /run/other keepd_script', 'INSTANCE "VI_1" MASTER 150'])
    lab.equal('scripts', len(a.ns.run(['pgrep', '-f', '/run/follow']).stdout.split()), 1)
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(10), 0)
    lab.at_most('stopped after', lab.now - begin, 3.0)
    lab.equal('told at the stop', heard()[7:], ['INSTANCE "VI_1" STOP 150'])


# -- files that signals ask for ----------------------------------------------------------------------------------------


def file_of(lab, director, name, folder):
    """What a signal makes keepd or keepalived write."""
    path = f'{folder}/keepalived.{name}'
    number = {'data': signal.SIGUSR1, 'stats': signal.SIGUSR2, 'json': signal.SIGRTMIN + 2}[name]
    director.signal(number)
    lab.until(lambda: os.path.exists(path) and os.path.getsize(path), 3, path)
    lab.sleep(0.3)
    with open(path) as f:
        return f.read()


def counted(text):
    """Without numbers and times, which differ."""
    return re.sub(r'\d+(\.\d+)?( \(.*\))?', 'N', text)


@case('vrrp', seconds=60)
def signals_write_the_files_of_keepalived_and_harm_nobody(lab):
    open('/run/weighs', 'w').close()
    two = Two(lab, TRACKED + with_globals(base('notify_master "/usr/bin/true a"', 'notify_deleted', 'track_script {',
                                               'weighs', '}'), 'script_user root'))
    os.environ['TMPDIR'] = '/run'               # of keepalived
    two.start()
    begin = lab.now
    os.symlink('/run/victim', two.a.run_dir + '/keepalived.json')
    ours = {name: file_of(lab, two.a, name, two.a.run_dir) for name in ('data', 'stats', 'json')}
    theirs = {name: file_of(lab, two.b, name, '/run') for name in ('data', 'stats', 'json')}
    lab.check(counted(ours['stats']) == counted(theirs['stats']), f'the same lines of counters: {ours["stats"]}')
    mine, other = ({i['data']['iname']: i for i in json.loads(of['json'])} for of in (ours, theirs))
    lab.equal('instances', sorted(mine), sorted(other))
    for name in mine:
        for part in ('data', 'stats'):
            lab.check(set(mine[name][part]) == set(other[name][part]),
                      f'the keys of keepalived: {set(mine[name][part]) ^ set(other[name][part])}')
    differ = sorted(k for k, v in mine['VI_1']['data'].items() if other['VI_1']['data'][k] != v)
    lab.figure('other values', ', '.join(f'{k} {mine["VI_1"]["data"][k]} / {other["VI_1"]["data"][k]}' for k in differ))
    # an active router of ours that gives way says so once more, and tells that it would
    lab.check(set(differ) <= {'last_transition', 'vrid', 'vips', 'higher_prio_send_advert'}, 'the others are the same')
    lines = set(counted(line) for line in theirs['data'].splitlines())
    unknown = [line for line in ours['data'].splitlines() if counted(line) not in lines]
    lab.equal('lines that keepalived does not have', unknown, [])
    lab.figure('lines', len(ours['data'].splitlines()))
    path = two.a.run_dir + '/keepalived.json'
    lab.check(not os.path.islink(path) and not os.path.exists('/run/victim'), 'a link is replaced, not followed')
    lab.equal('mode', oct(os.stat(path).st_mode & 0o777), '0o600')
    lab.advert_gap('a', begin)


# -- groups ------------------------------------------------------------------------------------------------------------

VG = '''vrrp_sync_group VG_1 {{
    group {{
        VI_1
        VI_2
    }}
    {lines}
}}
'''


def grouped(text, *lines):
    """VI_1 and a VI_2 like it in a group with these lines."""
    second = config.block(text, 'vrrp_instance VI_1').replace('VI_1', 'VI_2').replace(
        f'virtual_router_id {VRID}\n', f'virtual_router_id {VRID + 10}\n').replace(VIP, '192.168.0.202')
    return text + second + VG.format(lines='\n    '.join(lines))


def alone_in_a_group(text):
    return text.replace(f'_id {VRID + 10}\n', f'_id {VRID + 11}\n').replace('192.168.0.202', '192.168.0.203')


@case('vrrp', seconds=90)
def a_group_is_told_as_keepalived_tells_it(lab):
    ours, theirs = Notebook('ours'), Notebook('theirs')
    events = [f'notify_{event} "{ours.script} {event}"' for event in ('master', 'backup', 'fault', 'stop')]
    text = with_globals(grouped(base(), *events, f'notify {ours.script}'), 'vrrp_notify_fifo /run/a-vrrp')
    two = Two(lab, text, lambda t: alone_in_a_group(t).replace(ours.script, theirs.script)
              .replace('/run/a-', '/run/b-'))
    readers = []
    for name in ('a-vrrp', 'b-vrrp'):
        os.mkfifo(f'/run/{name}', 0o600)
        readers.append(Reader(f'/run/{name}').open())
    two.start()
    two.flap()
    two.stop()
    calls = [[' '.join(run['args']) for run in notes.runs()] for notes in (ours, theirs)]
    lines = [[line for line in reader.lines() if 'IDLE' not in line] for reader in readers]
    for what, both in (('keepd', 0), ('keepalived', 1)):
        lab.figure(what, ', '.join(calls[both]))
        lab.figure(what, ', '.join(lines[both]))
    for told in (calls, lines):
        groups = [[one for one in side if 'VG_1' in one] for side in told]
        lab.check(groups[0] == groups[1], f'the same of the group: {groups}')
    lab.check(sorted(lines[0]) == sorted(lines[1]), 'the same lines')
