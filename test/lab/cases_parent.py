# SPDX-License-Identifier: Apache-2.0
"""The parent among children that hang, reloads that overlap, and callers that left strange things behind."""
import json
import os
import re
import signal
import socket
import stat
import subprocess
import time

import config
from lab import A, PRIORITY, VIP, case, down

D = down(PRIORITY['a'])


def alone(lab, change=lambda text: text, start=True):
    """Director A without a rival, with VRRP alone; started, and owner of the VIP."""
    a, = lab.build(directors=['a'])
    a.configure(change(config.vrrp_only(config.load('a'))))
    if start:
        a.start()
        lab.wait_owner('a', D + 2)
    return a


def has_vip(director):
    return VIP in director.ns.run(['ip', '-o', 'addr', 'show', 'dev', 'eth0']).stdout


def reload(lab, director, text):
    director.configure(text)
    done = director.keepctl('reload')
    lab.check(done.returncode == 0, f'the reload is taken: {done.stdout!r}')


def notify_script(name, text):
    path = '/run/' + name
    with open(path, 'w') as f:
        f.write('#!/bin/sh\n' + text)
    os.chmod(path, 0o755)
    return path


def with_notify(text, line):
    return config.edit(text, r'^( *advert_int 1)$', r'\1\n    ' + line)


# -- children that hang ---------------------------------------------------------------------------------------------

@case('vrrp')
def a_hung_vrrp_child_that_is_not_wanted_any_more_leaves_no_address(lab):
    a = alone(lab)
    os.kill(a.need_child('vrrp'), signal.SIGSTOP)
    reload(lab, a, config.servers_only(config.load('a')))
    begin = lab.now
    lab.until(lambda: not has_vip(a), 10, 'the VIP is withdrawn')
    lab.at_most('withdrawn after', lab.now - begin, 6)
    lab.until(lambda: a.child('vrrp') is None, 1, 'the vrrp child is gone')
    lab.equal('instances', a.status()['instances'], [])
    lab.equal('state file', os.path.exists(a.run_dir + '/vrrp.state'), False)


@case('vrrp')
def a_hung_vrrp_child_that_is_wanted_again_is_replaced(lab):
    a = alone(lab)
    old = a.need_child('vrrp')
    os.kill(old, signal.SIGSTOP)
    reload(lab, a, config.servers_only(config.load('a')))
    reload(lab, a, config.vrrp_only(config.load('a')))
    lab.until(lambda: a.child('vrrp') not in (None, old), 10, 'another vrrp child')
    lab.wait_owner('a', D + 2)
    lab.equal('state file', os.path.exists(a.run_dir + '/vrrp.state'), True)


@case('vrrp')
def a_vrrp_child_wanted_again_before_it_went_leaves_a_state_file_that_holds(lab):
    a = alone(lab)
    old = a.need_child('vrrp')
    os.kill(old, signal.SIGSTOP)
    reload(lab, a, config.servers_only(config.load('a')))
    reload(lab, a, config.vrrp_only(config.load('a')))
    os.kill(old, signal.SIGCONT)
    lab.until(lambda: a.child('vrrp') not in (None, old), 10, 'another vrrp child')
    lab.wait_owner('a', D + 2)
    a.signal(signal.SIGSTOP)                    # so that nobody has a chance to tidy up
    a.kill_child('vrrp')
    a.kill_everything()
    lab.check(has_vip(a), 'the VIP is left behind')
    lab.equal('exit of keepd --withdraw', a.withdraw().returncode, 0)
    lab.check(not has_vip(a), 'keepd --withdraw knows it')


# -- reloads that overlap -------------------------------------------------------------------------------------------

@case('vrrp')
def a_request_during_a_reload_that_fails_is_served(lab):
    a = alone(lab)
    good = config.vrrp_only(config.load('a'))
    slow = good + '# a long comment that takes its time to be read\n' * 200000 + 'nonsense\n'
    before = a.status()['generation']
    for n in range(5):
        a.configure(slow)
        a.signal(signal.SIGHUP)
        lab.until(lambda: a.child('conf'), 5, 'the conf process at work')
        lab.sleep(0.05)
        a.configure(config.edit(good, r'priority \d+', f'priority {110 + n}'))
        a.signal(signal.SIGHUP)
        lab.until(lambda: a.instance()['priority'] == 110 + n, 5, 'the last file is the one that runs')
    lab.check(a.status()['generation'] > before, 'there were new generations')
    lab.check('has not gone yet' not in a.log(), 'no request is refused because of the one before')


@case('vrrp')
def stop_during_a_reload_starts_nothing_any_more(lab):
    a = alone(lab)
    both = config.load('a') + '# a long comment that takes its time to be read\n' * 400000
    a.configure(both)
    a.signal(signal.SIGHUP)
    lab.until(lambda: a.child('conf'), 5, 'the conf process at work')
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(10), 0)
    lab.until(lambda: not a.processes(), 1, 'no process is left')
    lab.equal('state files', [f for f in os.listdir(a.run_dir) if f.endswith('.state')], [])
    lab.check(not has_vip(a), 'the VIP is withdrawn')


@case('vrrp')
def a_child_in_its_pause_is_asked_before_a_reload_is_taken(lab):
    a = alone(lab)
    good = config.vrrp_only(config.load('a'))
    for _ in range(3):                          # it waits two seconds for its next start then
        lab.until(lambda: a.child('vrrp'), 5, 'a vrrp child to kill')
        a.kill_child('vrrp')
        lab.sleep(0.2)
    lab.check(a.child('vrrp') is None, 'there is no vrrp child')
    a.configure(good.replace('eth0', 'eth7'))
    done = a.keepctl('reload')
    lab.check(done.returncode == 1 and 'eth7' in done.stdout, f'what it cannot run is refused: {done.stdout!r}')
    reload(lab, a, config.edit(good, r'priority \d+', 'priority 120'))
    lab.until(lambda: a.instance()['priority'] == 120, 1, 'the new configuration is in effect at once')
    lab.wait_owner('a', D + 2)


# -- scripts --------------------------------------------------------------------------------------------------------

@case('vrrp')
def scripts_go_on_when_their_user_changes_while_one_runs(lab):
    path = notify_script('slow', 'echo "$3 $(id -un) $(id -gn)" >>/run/notify.log\nsleep 4\n')
    with open('/run/notify.log', 'w') as log:
        os.chmod(log.name, 0o666)
    a = alone(lab, lambda text: with_notify(text, f'notify {path} nobody'))
    read = lambda: open('/run/notify.log').read().split('\n')       # noqa: E731
    lab.until(lambda: 'MASTER nobody nogroup' in read(), 8, 'the script ran as nobody')
    reload(lab, a, with_notify(config.vrrp_only(config.load('a')), f'notify {path} keepd'))
    a.ns.ip('link set eth0 down')
    lab.until(lambda: 'FAULT keepd keepd' in read(), 15, 'the script runs as the other user')


@case('vrrp')
def the_group_of_a_script_is_the_one_that_is_written(lab):
    path = notify_script('groups', 'echo "$1 $(id -un) $(id -gn)" >>/run/notify.log\n')
    with open('/run/notify.log', 'w') as log:
        os.chmod(log.name, 0o666)

    def change(text):
        text = with_notify(text, f'notify_backup "{path} one" nobody')
        return with_notify(text, f'notify_master "{path} two" nobody keepd')
    alone(lab, change)
    lab.sleep(0.5)
    with open('/run/notify.log') as log:
        lab.equal('scripts', log.read().split('\n')[:-1], ['one nobody nogroup', 'two nobody keepd'])


@case('vrrp')
def the_last_script_of_what_a_reload_removes_runs(lab):
    path = notify_script('last', 'echo "$3 $(id -un)" >>/run/notify.log\n')
    with open('/run/notify.log', 'w') as log:
        os.chmod(log.name, 0o666)
    a = alone(lab, lambda text: with_notify(text, f'notify {path} nobody'))
    reload(lab, a, config.servers_only(config.load('a')))
    lab.until(lambda: 'STOP nobody' in open('/run/notify.log').read(), 3, 'the script of the stop')
    lab.until(lambda: a.child('runner') is None, 3, 'the runner goes when it has nothing to do')


@case('vrrp')
def a_script_that_will_not_end_goes_with_keepd(lab):
    path = notify_script('stubborn', "trap '' TERM\nwhile :; do sleep 0.2; done\n")
    a = alone(lab, lambda text: with_notify(text, f'notify_master {path} nobody'))
    running = lambda: subprocess.call(["pgrep", "-f", "/run/stubborn"], stdout=subprocess.DEVNULL) == 0    # noqa: E731
    lab.until(running, 3, 'the script is at work')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(20), 0)
    lab.at_most('stopped after', lab.now - begin, 8)
    lab.check(not running(), 'nothing of it is left')


# -- strange callers ------------------------------------------------------------------------------------------------

@case('vrrp')
def signals_ignored_and_blocked_by_the_caller_do_not_matter(lab):
    a = alone(lab, start=False)
    plain = a.argv
    a.argv = lambda: ['env', '--ignore-signal=CHLD', '--block-signal=TERM', '--block-signal=HUP', *plain()]
    a.start()
    lab.wait_owner('a', D + 2)
    killed = a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') not in (None, killed), 2, 'the vrrp child is started again')
    a.signal(signal.SIGUSR1)
    a.signal(signal.SIGUSR2)
    lab.sleep(0.5)
    lab.check(a.wait(0) is None, 'SIGUSR1 and SIGUSR2, which others take for requests, do not end it')
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)


@case('vrrp')
def as_a_daemon_it_keeps_nothing_of_its_caller(lab):
    a = alone(lab, start=False)
    os.makedirs('/run/somewhere')
    command = (f'cd /run/somewhere && umask 0 && {a.bindir}/keepd -f ../director-a/keepalived.conf '
               '--run-dir ../director-a/run --daemon')
    begin = lab.now
    done = a.ns.run(['sh', '-c', command], timeout=20)
    lab.equal('exit status', done.returncode, 0)
    lab.at_most('the output of the caller is let go after', lab.now - begin, 5)
    for pid, name in a.processes().items():
        lab.equal(f'{name} is in', os.readlink(f'/proc/{pid}/cwd'), '/')
        lab.equal(f'streams of {name}', {os.readlink(f'/proc/{pid}/fd/{n}') for n in range(3)}, {'/dev/null'})
    parent = int(open(a.run_dir + '/keepd.pid').read())
    lab.check(os.getsid(parent) == parent, 'it has a session of its own')
    modes = {name: oct(stat.S_IMODE(os.stat(os.path.join(a.run_dir, name)).st_mode)) for name in os.listdir(a.run_dir)}
    lab.equal('modes', modes, {'keepd.pid': '0o644', 'control': '0o660', 'vrrp.state': '0o600'})
    lab.equal('exit of keepctl reload', a.keepctl('reload').returncode, 0)
    os.kill(parent, signal.SIGTERM)
    lab.until(lambda: not a.processes(), 5, 'it has stopped')


@case('vrrp')
def as_a_daemon_it_says_why_it_does_not_start(lab):
    a = alone(lab, start=False)
    a.configure(config.vrrp_only(config.load('a')).replace('priority', 'priorty'))
    done = a.ns.run([*a.argv(), '--daemon'], timeout=20)
    lab.equal('exit status', done.returncode, 2)
    lab.check(re.search(r'keepalived\.conf:\d+:\d+: .*priorty', done.stdout), f'it says where: {done.stdout!r}')
    a.configure(config.vrrp_only(config.load('a')).replace('eth0', 'eth7'))
    done = a.ns.run([*a.argv(), '--daemon'], timeout=20)
    lab.equal('exit status without the interface', done.returncode, 9)
    lab.check('eth7' in done.stdout, f'it says which: {done.stdout!r}')
    lab.equal('processes left', a.processes(), {})


@case('vrrp')
def closed_streams_do_not_become_files_of_keepd(lab):
    a = alone(lab, start=False)
    process = a.ns.popen(['sh', '-c', f'exec {" ".join(a.argv())} <&- >&- 2>&-'])
    lab.until(lambda: has_vip(a), D + 3, 'it runs')
    with open(a.run_dir + '/keepd.pid') as f:
        lab.equal('pid file', f.read(), f'{process.pid}\n')
    lab.equal('streams', {os.readlink(f'/proc/{process.pid}/fd/{n}') for n in range(3)}, {'/dev/null'})
    process.terminate()
    lab.equal('exit status', process.wait(5), 0)


# -- the control socket ---------------------------------------------------------------------------------------------

def connect(director):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(director.run_dir + '/control')
    return s


@case('vrrp')
def clients_that_hang_do_not_lock_others_out(lab):
    a = alone(lab)
    hung = [connect(a) for _ in range(40)]
    for s in hung:
        s.setblocking(False)
        try:
            s.send(b'{"verb":')
        except OSError:
            pass
    greedy = connect(a)
    greedy.send(b'{"verb":"status"}\n' * 200)   # and never reads
    lab.equal('exit of keepctl status', a.keepctl('status').returncode, 0)
    lab.equal('exit of keepctl reload', a.keepctl('reload').returncode, 0)
    greedy.settimeout(5)
    got = b''
    while got.count(b'\n') < 200:
        got += greedy.recv(65536)
    lab.check(all(json.loads(line)['generation'] for line in got.split(b'\n')[:-1]), 'every request is answered')


def answers(director, *requests):
    """What keepd says to these bytes when nothing more will come, as lines."""
    s = connect(director)
    s.settimeout(5)
    try:
        for data in requests:
            s.send(data)
            time.sleep(0.02)
        s.shutdown(socket.SHUT_WR)
    except BrokenPipeError:
        pass
    got = b''
    try:
        while True:
            data = s.recv(65536)
            if not data:
                return [json.loads(line) for line in got.split(b'\n')[:-1]]
            got += data
    except ConnectionResetError:
        return [json.loads(line) for line in got.split(b'\n')[:-1]]


@case('vrrp')
def whatever_a_client_says_is_answered_or_ends_it(lab):
    a = alone(lab)
    status, reload_ = b'{"verb":"status"}\n', b'{"verb":"reload"}\n'
    lab.equal('garbage', answers(a, b'\0\xff\n'), [{'error': 'not a JSON object'}])
    lab.equal('no verb', answers(a, b'{}\n'), [{'error': 'unknown verb'}])
    lab.equal('a number for a verb', answers(a, b'{"verb":1}\n'), [{'error': 'unknown verb'}])
    lab.equal('half a line', answers(a, b'{"verb":'), [])
    lab.equal('a line that does not end', answers(a, b'x' * 100000), [{'error': 'request too long'}])
    lab.equal('byte by byte', len(answers(a, *[status[i:i + 1] for i in range(len(status))])), 1)
    lab.equal('many at once', len(answers(a, status * 50)), 50)
    done = answers(a, reload_ + status + reload_)
    lab.equal('one after the other', [d.get('result') for d in done], ['ok', None, 'ok'])
    deaf = connect(a)
    deaf.send(b'{"verb":"events"}\n')
    for _ in range(100):                        # that many events, and nobody reads them
        a.ns.ip('link set eth0 down', 'link set eth0 up')
    lab.equal('exit of keepctl status', a.keepctl('status').returncode, 0)
    fds = len(os.listdir(f'/proc/{a.process.pid}/fd'))
    deaf.close()
    lab.until(lambda: len(os.listdir(f'/proc/{a.process.pid}/fd')) < fds, 2, 'the descriptor is closed')
