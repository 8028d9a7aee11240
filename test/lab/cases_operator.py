# SPDX-License-Identifier: Apache-2.0
"""What an operator sees and touches: notify scripts, keepctl, the way it is started, stopped and reloaded."""
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time

import config
from devlog import Syslog
from lab import A, E, PRIORITY, VIP, case, down, skew
from notebook import Notebook
from sandbox import USERS

S = skew(PRIORITY['b'])
UID = dict(USERS)
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def text_of(director):
    with open(director.conf) as f:
        return f.read()


def with_scripts(director, *lines):
    """Give the instance of a director that was configured these lines, too."""
    director.configure(config.edit(text_of(director), r'^ *priority', '\n'.join(lines) + r'\n\g<0>', count=1))


def pair_with_scripts(lab, *lines):
    """A has the scripts; both run, A owns the VIP."""
    a, b = lab.vrrp_pair()
    with_scripts(a, *lines)
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    return a, b


def flap(lab, director):
    """Active or backup -> fault -> backup."""
    before = director.instance()['transitions']
    director.ns.ip('link set eth0 down')
    lab.until(lambda: director.instance()['transitions'] == before + 1, 2, 'a fault')
    director.ns.ip('link set eth0 up')
    lab.until(lambda: director.instance()['transitions'] == before + 2, 2, 'a backup again')


# -- notify scripts ----------------------------------------------------------------------------------------------------


@case('vrrp')
def notify_scripts_run_in_order_as_their_user_with_the_documented_words(lab):
    notes = Notebook()
    a, _ = pair_with_scripts(lab, *[f'notify_{state} "{notes.script} to {state}"'
                                    for state in ('master', 'backup', 'fault', 'stop')], f'notify {notes.script}')
    lab.until(lambda: len(notes.ended()) == 4, 5, 'backup and master told')
    a.ns.ip('link set eth0 down')
    lab.until(lambda: len(notes.ended()) == 6, 5, 'fault told')
    a.ns.ip('link set eth0 up')
    lab.until(lambda: len(notes.ended()) == 8, 5, 'backup told')
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    runs = notes.runs()
    states = ['backup', 'master', 'fault', 'backup', 'stop']
    expected = [args for state in states
                for args in (['to', state], ['INSTANCE', 'VI_1', state.upper(), str(PRIORITY['a'])])]
    lab.check([run['args'] for run in runs] == expected, f'the documented arguments: {[run["args"] for run in runs]}')
    lab.check(all(x['end'] <= y['begin'] for x, y in zip(runs, runs[1:])), 'one after the other')

    variables = {'PATH', *('KEEPD_' + name for name in ('INSTANCE', 'STATE', 'PREVIOUS', 'REASON', 'PRIORITY',
                                                         'SEQUENCE'))}
    for run in runs:
        lab.check(set(run['environ']) == variables, f'these and no other variables: {run["environ"]}')
    told = [run['environ'] for run in runs[::2]]
    lab.check(told == [run['environ'] for run in runs[1::2]], 'both scripts of a state find the same')
    lab.equal('KEEPD_STATE', [e['KEEPD_STATE'] for e in told], ['backup', 'active', 'fault', 'backup', 'init'])
    lab.equal('KEEPD_PREVIOUS', [e['KEEPD_PREVIOUS'] for e in told], ['init', 'backup', 'active', 'fault', 'backup'])
    lab.equal('KEEPD_SEQUENCE', [e['KEEPD_SEQUENCE'] for e in told], ['1', '2', '3', '4', '5'])
    lab.equal('KEEPD_INSTANCE, KEEPD_PRIORITY', {(e['KEEPD_INSTANCE'], e['KEEPD_PRIORITY']) for e in told},
              {('VI_1', str(PRIORITY['a']))})
    lab.check(all(re.fullmatch(r'[a-z-]+', e['KEEPD_REASON']) for e in told), 'a reason each')
    lab.figure('KEEPD_REASON', ' '.join(e['KEEPD_REASON'] for e in told))

    lab.equal('run as', {(run['uid'], run['gid']) for run in runs}, {(UID['keepd_script'], UID['keepd_script'])})
    lab.equal('further groups', {g for run in runs for g in run['groups']} - {UID['keepd_script']}, set())
    lab.equal('capabilities', {p for run in runs for p in run['powers']}, {'0' * 16})
    lab.equal('directory and streams', {(run['cwd'], *run['streams']) for run in runs}, {('/', *['/dev/null'] * 3)})


@case('vrrp')
def scripts_run_as_the_user_named_in_one_order_and_as_root_only_if_it_is_written(lab):
    notes = Notebook(seconds=0.3)
    pair_with_scripts(lab, f'notify_backup "{notes.script} backup" nobody',
                      f'notify_master "{notes.script} master" root', f'notify "{notes.script}"')
    lab.until(lambda: len(notes.ended()) == 4, 5, 'backup and master told')
    runs = notes.runs()
    nobody = int(lab.network.host['a'].run(['id', '-u', 'nobody']).stdout)
    lab.equal('run as', [run['uid'] for run in runs], [nobody, UID['keepd_script'], 0, UID['keepd_script']])
    lab.check(all(x['end'] <= y['begin'] for x, y in zip(runs, runs[1:])), 'one after the other, whoever runs them')


@case('vrrp')
def slow_scripts_skip_what_was_overtaken_and_end_with_the_last_state(lab):
    notes = Notebook(seconds=2.0)
    a, _ = pair_with_scripts(lab, f'notify_backup "{notes.script} BACKUP"', f'notify_fault "{notes.script} FAULT"',
                             f'notify {notes.script}')
    a.ns.ip('link set eth0 down')
    lab.wait_owner('b', 8)                      # so that A stays what it is in the end
    a.ns.ip('link set eth0 up')
    begin = lab.now
    for _ in range(6):
        flap(lab, a)
        lab.sleep(0.2)
    lab.at_most('six flaps', lab.now - begin, 4.0)
    transitions = a.instance()['transitions']

    def of_last_state():
        return [run for run in notes.ended() if run['environ']['KEEPD_SEQUENCE'] == str(transitions)]

    lab.until(lambda: len(of_last_state()) == 2, 15, 'both scripts of the last state')
    lab.sleep(0.5)
    runs = notes.runs()
    lab.equal('state', a.instance()['state'], 'backup')
    lab.equal('told last', [run['args'] for run in runs[-2:]],
              [['BACKUP'], ['INSTANCE', 'VI_1', 'BACKUP', str(PRIORITY['a'])]])
    lab.equal('transitions since', a.instance()['transitions'] - transitions, 0)
    lab.check(all(x['end'] <= y['begin'] for x, y in zip(runs, runs[1:])), 'one after the other')
    sequence = [int(run['environ']['KEEPD_SEQUENCE']) for run in runs]
    lab.check(sequence == sorted(sequence), f'never back in time: {sequence}')
    lab.at_most('runs', len(runs), transitions, f'of {2 * transitions}')
    lab.check('overtaken by a later state' in a.log(), 'the log says that some were left out')


@case('vrrp')
def script_that_others_could_change_is_refused_by_component_and_mode(lab):
    notes = Notebook()
    for folder, mode in (('/run/open', 0o777), ('/run/theirs', 0o755), ('/run/writable', 0o755)):
        os.mkdir(folder)
        shutil.copy(notes.script, folder)
        os.chmod(folder, mode)
    os.chown('/run/theirs/script', UID['keepd'], -1)
    os.chmod('/run/writable/script', 0o775)
    a, _ = pair_with_scripts(lab, 'notify_backup /run/open/script', 'notify_master /run/theirs/script',
                             'notify_fault /run/writable/script', f'notify {notes.script}')
    lab.sleep(A)
    begin = lab.now
    lab.check(re.search(r'/run/open has mode 0777', a.log()), 'the directory and its mode')
    lab.check(re.search(rf'/run/theirs/script belongs to uid {UID["keepd"]}\b', a.log()), 'the script and its owner')
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin - 2 * A)
    flap(lab, a)
    lab.until(lambda: re.search(r'/run/writable/script has mode 0775', a.log()), 2, 'the script and its mode')
    lab.until(lambda: len(notes.ended()) == 4, 5, 'the good script ran for every state')
    lab.equal('scripts that ran', [run['args'][2] for run in notes.runs()], ['BACKUP', 'MASTER', 'FAULT', 'BACKUP'])


@case('vrrp')
def hanging_script_delays_neither_adverts_nor_the_handover(lab):
    notes = Notebook(seconds=1000)
    a, _ = pair_with_scripts(lab, f'notify {notes.script}')
    hanging = lab.until(notes.runs, 5, 'a script that hangs')[0]['pid']
    begin = lab.now
    lab.sleep(4 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.just_after_advert('a')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, S + E)
    lab.equal('exit status', a.wait(15), 0)
    lab.at_most('stopped after', lab.now - begin, 7.0)
    lab.until(lambda: not os.path.exists(f'/proc/{hanging}'), 2, 'the script is gone with keepd')


@case('vrrp')
def runner_killed_takes_its_script_along_and_the_next_one_runs(lab):
    notes = Notebook(seconds=3.0)
    a, _ = pair_with_scripts(lab, f'notify {notes.script}')
    lab.until(lambda: notes.runs()[1:], 5, 'the script of the active state at work')
    working = notes.runs()[-1]['pid']
    begin = lab.now
    killed = a.kill_child('runner')
    lab.until(lambda: a.child('runner') not in (None, killed), 5, 'a new runner')
    lab.at_most('new runner', lab.now - begin, 1.0)
    lab.until(lambda: not os.path.exists(f'/proc/{working}'), 1, 'the script went with its runner')
    lab.sleep(A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin - A)
    flap(lab, a)
    lab.until(lambda: [run['args'][2] for run in notes.ended()][-2:] == ['FAULT', 'BACKUP'], 10, 'the rest is told')
    lab.equal('cut off', [run['args'][2] for run in notes.runs() if run['end'] is None], ['MASTER'])


# -- keepctl -----------------------------------------------------------------------------------------------------------


def follow(director, *options):
    """keepctl events in the background; what it prints goes to a file whose path is returned."""
    path = f'{director.dir}/events{len(os.listdir(director.dir))}'
    with open(path, 'w') as f:
        director.ns.popen([f'{director.bindir}/keepctl', '--run-dir', director.run_dir, *options, 'events'],
                          stdin=subprocess.DEVNULL, stdout=f, stderr=f)
    return path


def lines_of(path):
    with open(path) as f:
        return f.read().splitlines()


@case('vrrp')
def events_are_printed_as_they_happen_as_text_and_as_json(lab):
    a, _ = lab.running_vrrp_pair()
    text, as_json = follow(a), follow(a, '--json')
    lab.sleep(0.5)
    lab.equal('printed before anything happened', lines_of(text) + lines_of(as_json), [])
    begin, wall = lab.now, time.time()
    a.ns.ip('link set eth0 down')
    lab.until(lambda: lines_of(text) and lines_of(as_json), 2, 'an event')
    lab.at_most('told after', lab.now - begin, E)
    lab.figure('line', lines_of(text)[0])
    lab.check(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3} instance VI_1: active -> fault \(\S.*\)',
                           lines_of(text)[0]), f'time, object, change and reason: {lines_of(text)}')
    event = json.loads(lines_of(as_json)[0])
    lab.equal('event', [event[key] for key in ('kind', 'object', 'from', 'to')],
              ['instance', 'VI_1', 'active', 'fault'])
    lab.check(event['reason'] and wall - 0.1 <= event['at'] <= time.time() + 0.1, f'reason and time: {event}')
    a.ns.ip('link set eth0 up')
    lab.until(lambda: len(lines_of(text)) == 2 and len(lines_of(as_json)) == 2, 2, 'the next event')
    lab.check('fault -> backup' in lines_of(text)[1], f'back: {lines_of(text)}')


@case('vrrp')
def status_says_who_is_active_since_when_and_why(lab):
    a, b = lab.running_vrrp_pair()
    lab.sleep(2)
    done = a.keepctl('status')
    lab.equal('exit status', done.returncode, 0)
    lab.figure('status', done.stdout.splitlines()[0])
    seen = re.search(r'^instance VI_1: active for (\d+) s \(no peer was heard\)$', done.stdout, re.M)
    lab.check(seen, f'active, since when, why: {done.stdout}')
    since = lab.now - lab.observer.acquired('a', 0.0)
    lab.at_most('age and age told in whole seconds', abs(since - int(seen.group(1)) - 0.5), 0.6)
    lab.check(re.search(rf'eth0 vrid 51, priority {PRIORITY["a"]}, adverts sent [1-9]', done.stdout),
              f'what is advertised: {done.stdout}')
    lab.check(re.search(r'^configuration: generation 1$', done.stdout, re.M), 'the generation')
    lab.check(re.search(rf'^process vrrp: running, pid {a.child("vrrp")}$', done.stdout, re.M), 'the processes')
    lab.check(re.search(r'^instance VI_1: backup for \d+ s \(\S', b.keepctl('status').stdout, re.M), 'B says backup')
    b.signal(signal.SIGTERM)
    b.wait(5)
    gone = b.keepctl('status')
    lab.equal('exit status without a daemon', gone.returncode, 8)
    lab.check(b.run_dir in gone.stdout, f'it names the socket: {gone.stdout!r}')


@case('vrrp')
def only_root_may_reload_the_group_may_look_and_others_nothing(lab):
    folder = '/run/bin'                         # where everybody may look, unlike the tree of root
    os.mkdir(folder)
    shutil.copy(lab.bindir + '/keepctl', folder)
    a, _ = lab.running_vrrp_pair()

    def keepctl(verb, groups):
        argv = ['timeout', '1', f'{folder}/keepctl', '--run-dir', a.run_dir, verb]
        return a.ns.call(lambda: subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                                stderr=subprocess.STDOUT, text=True, timeout=5, user=65534,
                                                group=65534, extra_groups=groups))

    for verb in ('status', 'events', 'reload'):
        done = keepctl(verb, [])
        lab.check(done.returncode == 1, f'{verb} by anybody: refused, but exit {done.returncode}: {done.stdout}')
        lab.check('only root and the group of keepd' in done.stdout, f'{verb}: it says so: {done.stdout!r}')
    done = keepctl('status', [UID['keepd']])
    lab.check(done.returncode == 0 and 'instance VI_1: active' in done.stdout, f'status by a member: {done.stdout}')
    done = keepctl('events', [UID['keepd']])
    lab.equal('events by a member: ended by', done.returncode, 124)     # timeout(1): it was listening until then
    done = keepctl('reload', [UID['keepd']])
    lab.equal('reload by a member: exit status', done.returncode, 1)
    lab.check('only root may do this' in done.stdout, f'it says so: {done.stdout!r}')
    lab.equal('generation', a.status()['generation'], 1)


# -- as a daemon -------------------------------------------------------------------------------------------------------


def start_daemon(director, *extra):
    """keepd --daemon from its start to its return, streams included: a background that holds them would hang this."""
    return director.ns.run([*director.argv(), '--daemon', *extra], timeout=15)


@case('vrrp')
def daemon_returns_when_it_is_ready_logs_to_syslog_and_obeys_signals(lab):
    syslog = Syslog(lab.loop)
    a, b = lab.vrrp_pair()
    begin = lab.now
    done = start_daemon(a)
    lab.at_most('start', lab.now - begin, 3.0)
    lab.equal('exit status and output', [done.returncode, done.stdout], [0, ''])
    lab.equal('status at once', a.instance()['state'], 'backup')
    with open(f'{a.run_dir}/keepd.pid') as f:
        pid = int(f.read())
    lab.check(a.processes().get(pid, '').startswith('keepd'), f'the pid file names a keepd: {pid} {a.processes()}')
    with open(f'/proc/{a.need_child("vrrp")}/stat') as f:
        lab.equal('parent of the children', int(f.read().rsplit(')', 1)[1].split()[1]), pid)
    lab.equal('streams', {os.readlink(f'/proc/{pid}/fd/{fd}') for fd in range(3)}, {'/dev/null'})
    lab.equal('session of its own', os.getsid(pid) != os.getsid(0), True)
    second = start_daemon(a)
    lab.equal('exit status of a second', second.returncode, 5)
    lab.check(str(pid) in second.stdout, f'it names the first: {second.stdout!r}')
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.until(lambda: re.search(r'instance VI_1: backup -> active', syslog.text()), 2, 'the vrrp process logs')
    lab.check(re.search(r'^<\d+>.*keepd\S*: .*ready', syslog.text(), re.M), f'the parent does: {syslog.text()}')
    begin = lab.now
    a.configure(config.edit(text_of(a), f'priority {PRIORITY["a"]}', 'priority 177'))
    os.kill(pid, signal.SIGHUP)
    lab.until(lambda: lab.observer.adverts_of('a', begin, priority=177), 2 * A, 'the new priority on the wire')
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    begin = lab.now
    os.kill(pid, signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, S + E)
    lab.until(lambda: not a.processes(), 5, 'no process left')
    lab.equal('left in the run directory', sorted(os.listdir(a.run_dir)), [])


@case('vrrp')
def daemon_that_cannot_start_says_why_where_it_was_started(lab):
    syslog = Syslog(lab.loop)
    a, _ = lab.vrrp_pair()
    good = text_of(a)
    for what, text, status, pattern in (
            ('broken file', good.replace(VIP, '192.168.0.300'), 2, r'keepalived\.conf:\d+:\d+: .*192\.168\.0\.300'),
            ('no such interface', good.replace('eth0', 'eth7'), 9, r'eth7')):
        a.configure(text)
        done = start_daemon(a)
        lab.equal(f'{what}: exit status', done.returncode, status)
        lab.check(re.search(pattern, done.stdout), f'{what}: told to who started it: {done.stdout!r}')
        lab.check(re.search(pattern, syslog.text()), f'{what}: and logged: {syslog.text()}')
        lab.until(lambda: not a.processes(), 2, 'nothing runs on')


# -- service managers --------------------------------------------------------------------------------------------------


def filled(lab, name):
    """A file of etc/ with its places filled in."""
    with open(os.path.join(ROOT, 'etc', name)) as f:
        return f.read().replace('@sbindir@', lab.bindir).replace('@runstatedir@', '/run')


@case('vrrp')
def init_script_starts_reloads_and_stops_and_refuses_a_broken_file(lab):
    Syslog(lab.loop)
    a, b = lab.vrrp_pair()
    good = text_of(a)
    with open('/run/keepd.init', 'w') as f:
        f.write(filled(lab, 'keepd.init.in'))

    def service(verb):
        return a.ns.run(['sh', '/run/keepd.init', verb], timeout=20, env={
            'PATH': '/usr/bin:/bin', 'KEEPD_OPTIONS': f'-f {a.conf}', 'KEEPD_RUN_DIR': a.run_dir})

    def expect(verb, status, pattern=''):
        done = service(verb)
        lab.check(done.returncode == status and re.search(pattern, done.stdout),
                  f'{verb}: exit {status} and {pattern!r}, but {done.returncode}: {done.stdout!r}')

    def pid():
        with open(f'{a.run_dir}/keepd.pid') as f:
            return int(f.read())

    expect('status', 3, 'does not run')
    expect('stop', 0)
    a.configure(good.replace(VIP, '192.168.0.300'))
    expect('start', 2, r'keepalived\.conf:\d+:\d+: .*192\.168\.0\.300')
    expect('status', 3)
    a.configure(good)
    expect('start', 0)
    expect('status', 0, 'instance VI_1: backup')
    first = pid()
    expect('start', 0, f'already runs as pid {first}')
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    begin = lab.now
    a.configure(config.edit(good, f'priority {PRIORITY["a"]}', 'priority 177'))
    expect('reload', 0, 'generation 2')
    lab.until(lambda: lab.observer.adverts_of('a', begin, priority=177), 2 * A, 'the new priority on the wire')
    a.configure(good.replace(VIP, '192.168.0.300'))
    expect('reload', 1, r'keepalived\.conf:\d+:\d+: ')
    expect('restart', 2, r'keepalived\.conf:\d+:\d+: ')
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('runs on with generation', a.status()['generation'], 2)
    a.configure(good)
    begin = lab.now
    expect('restart', 0)
    lab.check(pid() != first, 'another process')
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B has taken over')
    lab.at_most('takeover at the restart', lab.observer.acquired('b', begin) - begin, 1 + S + E)
    expect('stop', 0)
    lab.equal('processes', a.processes(), {})
    lab.equal('left in the run directory', sorted(os.listdir(a.run_dir)), [])
    expect('stop', 0)
    expect('status', 3)
    expect('reload', 8)
    expect('dance', 2, 'usage')


@case('vrrp')
def init_script_stop_withdraws_what_a_killed_keepd_left(lab):
    Syslog(lab.loop)
    a, _ = lab.running_vrrp_pair()
    with open('/run/keepd.init', 'w') as f:
        f.write(filled(lab, 'keepd.init.in'))
    a.kill_everything()
    lab.check('a' in lab.observer.owners(), 'the VIP is left behind')
    done = a.ns.run(['sh', '/run/keepd.init', 'stop'], env={'KEEPD_RUN_DIR': a.run_dir})
    lab.equal('exit status', done.returncode, 0)
    lab.until(lambda: 'a' not in lab.observer.owners(), 1, f'and withdrawn: {done.stdout}')


@case('vrrp')
def commands_of_the_systemd_unit_are_understood(lab):
    a, b = lab.vrrp_pair()
    unit = filled(lab, 'keepd.service.in')
    command = {key: shlex.split(value) for key, value in re.findall(r'^(Exec\w+)=(.*)$', unit, re.M)}
    lab.equal('commands', sorted(command), ['ExecReload', 'ExecStart', 'ExecStopPost'])

    def run(key):
        return a.ns.run([*command[key][:1], '--run-dir', a.run_dir, *command[key][1:]], timeout=15)

    lab.equal('ExecStopPost with nothing running', run('ExecStopPost').returncode, 0)
    lab.equal('ExecReload with nothing running', run('ExecReload').returncode, 8)
    a.argv = lambda: [*command['ExecStart'], '-f', a.conf, '--run-dir', a.run_dir]
    a.start()                                   # waits for READY=1, as Type=notify does
    b.start()
    lab.check('Type=notify' in unit, 'the unit waits for readiness')
    lab.equal('ExecReload', run('ExecReload').returncode, 0)
    lab.equal('generation', a.status()['generation'], 2)
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    begin = lab.now
    lab.equal('ExecStopPost while it runs', run('ExecStopPost').returncode, 5)
    lab.still_owner('a', begin)
    a.kill_everything()
    lab.equal('ExecStopPost after a kill', run('ExecStopPost').returncode, 0)
    lab.until(lambda: 'a' not in lab.observer.owners(), 1, 'the VIP is withdrawn')
    if shutil.which('systemd-analyze'):
        with open('/run/keepd.service', 'w') as f:
            f.write(unit)
        done = a.ns.run(['systemd-analyze', 'verify', '--man=no', '/run/keepd.service'])
        lab.equal('systemd-analyze verify', [done.returncode, done.stdout], [0, ''])


# -- the configuration that runs ---------------------------------------------------------------------------------------


@case('vrrp')
def keepctl_shows_the_configuration_and_what_a_reload_would_change(lab):
    a, _ = lab.running_vrrp_pair()
    shown = a.keepctl('config', 'show')
    lab.equal('exit of config show', shown.returncode, 0)
    copy = os.path.join(a.run_dir, 'shown.conf')
    with open(copy, 'w') as f:
        f.write(shown.stdout)
    for args in ([], [copy]):
        same = a.keepctl('config', 'diff', *args)
        lab.check(same.returncode == 0 and 'no difference' in same.stdout, f'diff {args}: {same.stdout}')
    a.configure(config.edit(text_of(a), r'^ *priority.*', '  priority 42\n  garp_master_repeat 4', count=1))
    other = a.keepctl('config', 'diff')
    lab.equal('exit of config diff', other.returncode, 1)
    told = [f'priority: {PRIORITY["a"]} -> 42', 'garp_master_repeat: 5 -> 4', '2 values changed']
    lab.check(all(text in other.stdout for text in told), f'config diff: {other.stdout}')
    lab.equal('exit of reload', a.reload().returncode, 0)
    lab.check('no difference' in a.keepctl('config', 'diff').stdout, 'after the reload there is no difference')
    a.configure(config.edit(text_of(a), r'^ *priority.*', '  priority 300', count=1))
    lab.equal('exit of config diff with a broken file', a.keepctl('config', 'diff').returncode, 2)
    lab.check('priority 42' in a.keepctl('config', 'show').stdout, 'what runs is shown, not the file')
    lab.check('advert_int 1' in a.keepctl('config', 'show', '--effective').stdout, 'defaults are shown if asked for')
