# SPDX-License-Identifier: Apache-2.0
"""What keepalived's users have around it: options in their scripts, the file that is read, scripts of start and stop."""
import os
import shutil
import signal

import config
import netns
import sandbox
from cases_operator import text_of
from cases_parent import alone, has_vip
from daemon import ipvs
from lab import A, PRIORITY, VIP, case, down
from notebook import Notebook

D = down(PRIORITY['a'])


def roles(director):
    """The children that run, runners aside."""
    return [role for role in ('vrrp', 'checker', 'prober') if director.child(role)]


def number_in(path):
    with open(path) as f:
        return int(f.read())


def stop(lab, director, status=0):
    director.signal(signal.SIGTERM)
    lab.equal('exit status', director.wait(8), status)
    lab.equal('processes', director.processes(), {})


@case('vrrp')
def options_of_a_container_run_it_in_the_foreground_and_log_what_was_read(lab):
    a = alone(lab, start=False)
    a.start(['--dont-fork', '--dump-conf', '--log-console', '--log-detail', '--no_bfd'])
    lab.wait_owner('a', D + 2)
    log = a.log()
    lab.check('vrrp_instance VI_1 {' in log and 'virtual_router_id' in log, f'the configuration is logged: {log}')
    stop(lab, a)


@case('vrrp')
def pid_files_name_the_processes_and_go_with_them(lab):
    a = alone(lab, start=False)
    files = {name: f'{a.dir}/{name}.pid' for name in ('parent', 'vrrp', 'checkers')}
    a.start(['-n', '-l', '-p', files['parent'], '-r', files['vrrp'], '-c', files['checkers']])
    lab.equal('parent', number_in(files['parent']), a.process.pid)
    lab.equal('vrrp', number_in(files['vrrp']), a.need_child('vrrp'))
    lab.check(not os.path.exists(files['checkers']), 'there is no checker')
    old = a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') not in (None, old), 5, 'another vrrp process')
    lab.until(lambda: os.path.exists(files['vrrp']) and number_in(files['vrrp']) == a.child('vrrp'), 2,
              'the file names the new one')
    stop(lab, a)
    lab.equal('files left', [name for name, path in files.items() if os.path.exists(path)], [])


@case('vrrp')
def pid_files_of_a_daemon_may_be_relative_and_nobody_is_hurt_by_one_that_cannot_be_written(lab):
    a = alone(lab, start=False)
    done = a.ns.run(['sh', '-c', 'cd "$0" && exec "$@" --daemon -p parent.pid -r /nowhere/vrrp.pid', a.dir, *a.argv()],
                    timeout=15)
    lab.equal('exit status', done.returncode, 0)
    pid = number_in(f'{a.dir}/parent.pid')
    lab.check(pid in a.processes(), f'it is that of the daemon: {a.processes()}')
    lab.wait_owner('a', D + 2)
    os.kill(pid, signal.SIGTERM)
    lab.until(lambda: not a.processes(), 5, 'all gone')
    lab.check(not os.path.exists(f'{a.dir}/parent.pid'), 'and the file')


@case('vrrp')
def only_vrrp_is_run_if_asked(lab):
    a = alone(lab, start=False)
    a.configure(config.load('a'))
    a.start(['-P'])
    lab.wait_owner('a', D + 2)
    lab.equal('children', roles(a), ['vrrp'])
    lab.equal('exit of keepctl reload', a.keepctl('reload').returncode, 0)
    lab.equal('children after a reload', roles(a), ['vrrp'])
    stop(lab, a)


@case('vrrp')
def nothing_to_run_is_ready_at_once(lab):
    a = alone(lab, start=False)
    a.start(['-C'])                             # the file has no virtual server
    lab.equal('children', roles(a), [])
    lab.check(not has_vip(a), 'no address')
    stop(lab, a)


@case('ipvs')
def only_virtual_servers_are_run_if_asked_and_stay_at_the_stop_if_asked(lab):
    a, = lab.build(directors=['a'])
    a.configure(config.load('a'))
    a.start(['-C', '-I'])
    lab.equal('children', roles(a), ['checker', 'prober'])
    lab.until(lambda: ipvs(a.ns), 5, 'services')
    before = ipvs(a.ns)
    stop(lab, a)
    lab.equal('services left', sorted(ipvs(a.ns)), sorted(before))
    a.start(['-C'])
    lab.until(lambda: ipvs(a.ns), 5, 'services')
    stop(lab, a)
    lab.equal('services left by the second', ipvs(a.ns), {})


@case('vrrp')
def addresses_stay_at_the_stop_if_asked_and_the_next_start_goes_on_with_them(lab):
    a = alone(lab, start=False)
    a.start(['--dont-release-vrrp'])
    lab.wait_owner('a', D + 2)
    begin = lab.now
    stop(lab, a)
    lab.check(has_vip(a), 'the VIP stays')
    lab.equal('adverts that resign', lab.observer.adverts_of('a', begin, priority=0), [])
    lab.equal('exit of keepd --withdraw', a.withdraw().returncode, 0)
    lab.check(has_vip(a), 'keepd --withdraw leaves what was left on purpose')
    a.start()
    lab.wait_owner('a', D + 2)
    stop(lab, a)
    lab.check(not has_vip(a), 'without the option it is withdrawn')


@case('vrrp')
def keepd_stops_when_a_child_dies_if_asked(lab):
    a, b = lab.vrrp_pair()
    a.start(['--dont-respawn'])
    b.start()
    lab.wait_owner('a', D + 5)
    a.kill_child('vrrp')
    lab.equal('exit status', a.wait(5), 7)
    lab.check(not has_vip(a), 'the VIP is withdrawn')
    lab.wait_owner('b', down(PRIORITY['b']) + 2)


@case('vrrp')
def signals_of_keepalived_do_no_harm_and_sigint_none_if_asked(lab):
    a = alone(lab, start=False)
    a.start(['--ignore-sigint'])
    lab.wait_owner('a', D + 2)
    begin = lab.now
    for name in ('DATA', 'STATS', 'STATS_CLEAR', 'JSON', 'TDATA'):
        done = a.ns.run([f'{a.bindir}/keepd', f'--signum={name}'])
        lab.equal(f'--signum={name}', done.returncode, 0)
        a.signal(int(done.stdout))
    a.signal(signal.SIGINT)
    lab.sleep(2 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    stop(lab, a)


def own_etc(*folders):
    """/etc of this case alone, with what programs look for there and these empty folders."""
    os.mkdir('/run/etc')
    for name in ('passwd', 'group', 'nsswitch.conf', 'ld.so.cache', 'protocols', 'services'):
        if os.path.exists('/etc/' + name):
            shutil.copy('/etc/' + name, '/run/etc/')
    for folder in folders:
        os.mkdir('/run/etc/' + folder)
    sandbox.mount('/run/etc', '/etc', None, sandbox.MS_BIND)


@case('vrrp')
def the_file_of_keepalived_is_read_when_there_is_no_other(lab):
    a = alone(lab, start=False)
    own_etc('keepalived')
    keepd = f'{a.bindir}/keepd'
    a.argv = lambda: [keepd, '--run-dir', a.run_dir]
    done = a.ns.run([keepd, '-t'])
    lab.equal('keepd -t without any file', done.returncode, 3)
    lab.check('keepd.conf' in done.stdout, f'names the file it looked for: {done.stdout!r}')
    shutil.copy(a.conf, '/etc/keepalived/keepalived.conf')
    done = a.ns.run([keepd, '-t'])
    lab.check(done.returncode == 0 and 'reading /etc/keepalived/keepalived.conf' in done.stdout,
              f'keepd -t says which file: {done.returncode} {done.stdout!r}')
    lab.equal('keepd --dump-config', a.ns.run([keepd, '--dump-config']).returncode, 0)
    a.start()
    lab.wait_owner('a', D + 2)
    lab.check('reading /etc/keepalived/keepalived.conf' in a.log(), 'the log says which file')
    lab.equal('exit of keepctl reload', a.keepctl('reload').returncode, 0)
    done = a.keepctl('config', 'show')
    lab.check(done.returncode == 0 and 'VI_1' in done.stdout, f'keepctl config show: {done.stdout!r}')
    stop(lab, a)


@case('vrrp')
def options_that_cannot_be_are_refused_with_what_to_do_instead(lab):
    a = alone(lab, start=False)
    for option, instead in (('-g/run/x.log', 'StandardError='), ('-sweb', 'ip netns exec'), ('-e', 'include_check')):
        done = a.ns.run([*a.argv(), option])
        lab.equal(f'{option}: exit status', done.returncode, 64)
        lab.check(instead in done.stdout, f'{option}: says what to do: {done.stdout!r}')
    done = a.ns.run([*a.argv(), '-t/run/report'])
    lab.equal('keepd -tFILE', [done.returncode, done.stdout], [0, ''])
    with open('/run/report') as f:
        lab.check('0 errors' in f.read(), 'the messages are in the file')


# -- startup_script and shutdown_script -----------------------------------------------------------------------------


def with_own_scripts(lab, *lines, change=config.vrrp_only):
    """Director A alone, with these lines in global_defs; not started."""
    a = alone(lab, start=False)
    a.configure('global_defs {\n' + '\n'.join(lines) + '\n}\n' + change(config.load('a')))
    return a


@case('vrrp')
def startup_script_ends_before_the_first_advert_and_shutdown_script_begins_after_all_else(lab):
    up, down_, notes = Notebook('up', seconds=1.0), Notebook('down', seconds=1.0), Notebook(seconds=0.3)
    a = with_own_scripts(lab, f'startup_script "{up.script} one two"', f'shutdown_script "{down_.script}" nobody')
    with open(a.conf) as f:
        a.configure(config.edit(f.read(), r'^ *priority', f'notify "{notes.script}"\n\\g<0>', count=1))
    begin = lab.now
    a.start()
    lab.at_least('ready after', lab.now - begin, 1.0)
    run, = up.ended()
    lab.equal('arguments', run['args'], ['one', 'two'])
    lab.wait_owner('a', D + 2)
    lab.check(all(n['begin'] > run['end'] for n in notes.runs()), 'no notify script ran before it was done')
    lab.equal('exit of keepctl reload', a.keepctl('reload').returncode, 0)
    lab.equal('runs of the startup script', len(up.runs()), 1)
    lab.equal('runs of the shutdown script', len(down_.runs()), 0)
    a.signal(signal.SIGTERM)
    lab.until(down_.runs, 5, 'the shutdown script runs')
    lab.check(not has_vip(a), 'the VIP is gone by then')
    lab.equal('children', roles(a), [])
    lab.equal('exit status', a.wait(5), 0)
    last, = down_.ended()
    lab.check(all(n['end'] < last['begin'] for n in notes.ended()), 'notify_stop had ended')
    nobody = int(a.ns.run(['id', '-u', 'nobody']).stdout)
    lab.equal('run as', [run['uid'], last['uid']], [dict(sandbox.USERS)['keepd_script'], nobody])


@case('vrrp')
def hanging_startup_script_delays_the_start_no_longer_than_its_timeout(lab):
    up = Notebook('up', seconds=100.0)
    a = with_own_scripts(lab, f'startup_script "{up.script}"', 'startup_script_timeout 2')
    begin = lab.now
    a.start()
    lab.check(2.0 <= lab.now - begin < 3.0, f'ready after {lab.now - begin:.1f} s')
    lab.wait_owner('a', D + 2)
    lab.until(lambda: 'killed after 2 s' in a.log(), 5, 'the script is killed')
    lab.check('takes longer than startup_script_timeout' in a.log(), 'the log says so')
    stop(lab, a)


@case('vrrp')
def startup_script_longer_than_the_deadline_of_a_child_and_a_reload_meanwhile(lab):
    up = Notebook('up', seconds=12.0)
    a = with_own_scripts(lab, f'startup_script "{up.script}"', 'startup_script_timeout 20')
    begin = lab.now
    a.start(wait=False)
    lab.until(up.runs, 3, 'it runs')
    vrrp = a.need_child('vrrp')
    with open(a.conf) as f:
        a.configure(config.edit(f.read(), r'priority \d+', 'priority 177', count=1))
    lab.equal('exit of keepctl reload', a.keepctl('reload').returncode, 0)
    with open(a.conf) as f:
        text = f.read()
    a.configure(text.replace('priority', 'prioritaet'))
    lab.equal('exit of keepctl reload with a broken file', a.keepctl('reload').returncode, 1)
    a.configure(text)
    lab.until(up.ended, 15, 'it has ended')
    lab.equal('adverts until then', lab.observer.adverts_of('a', begin), [])
    lab.wait_owner('a', D + 2)
    lab.check(lab.observer.adverts_of('a', begin, priority=177), 'with the priority of the reload')
    lab.equal('the vrrp process', a.child('vrrp'), vrrp)
    stop(lab, a)


@case('vrrp')
def child_that_dies_while_the_startup_script_runs_waits_as_well(lab):
    up = Notebook('up', seconds=3.0)
    a = with_own_scripts(lab, f'startup_script "{up.script}"')
    begin = lab.now
    a.start(wait=False)
    lab.until(up.runs, 3, 'it runs')
    old = a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') not in (None, old), 2, 'another one')
    lab.until(up.ended, 5, 'it has ended')
    lab.equal('adverts until then', lab.observer.adverts_of('a', begin), [])
    lab.wait_owner('a', D + 2)
    stop(lab, a)


@case('vrrp')
def startup_script_that_fails_or_may_not_be_run_does_not_prevent_the_start(lab):
    a = with_own_scripts(lab, 'startup_script /bin/false', 'shutdown_script /bin/false')
    for text in (None, 'startup_script /run/loose\nshutdown_script /run/loose'):
        if text:
            with open('/run/loose', 'w') as f:
                f.write('#!/bin/sh\n')
            os.chmod('/run/loose', 0o777)
            a.configure('global_defs {\n' + text + '\n}\n' + config.vrrp_only(config.load('a')))
        begin = lab.now
        a.start()
        lab.at_most('ready after', lab.now - begin, 1.5)
        lab.check('startup_script failed' in a.log(), 'the log says so')
        begin = lab.now
        stop(lab, a)
        lab.at_most('stopped after', lab.now - begin, 1.5)


@case('vrrp')
def stop_waits_for_no_script_longer_than_it_may_take(lab):
    up, down_ = Notebook('up', seconds=100.0), Notebook('down', seconds=100.0)
    a = with_own_scripts(lab, f'startup_script "{up.script}"', 'startup_script_timeout 60',
                         f'shutdown_script "{down_.script}"', 'shutdown_script_timeout 1')
    a.start(wait=False)
    lab.until(up.runs, 3, 'it runs')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(12), 0)
    lab.at_most('stopped after', lab.now - begin, 8.0)
    lab.equal('runs of the shutdown script', len(down_.runs()), 1)
    lab.equal('processes', a.processes(), {})


# -- the scheduler ---------------------------------------------------------------------------------------------------


def tuning(director, role):
    """(nice, real time, processors) of a child."""
    pid = director.need_child(role)
    with open(f'/proc/{pid}/stat') as f:
        nice = int(f.read().rsplit(')', 1)[1].split()[16])
    return nice, os.sched_getparam(pid).sched_priority, os.sched_getaffinity(pid)


def globals_of(text, *lines):
    return 'global_defs {\n' + '\n'.join(lines) + '\n}\n' + text


@case('vrrp')
def nice_value_and_processors_of_the_vrrp_process_are_set_and_follow_a_reload(lab):
    a = alone(lab, start=False)
    text = config.vrrp_only(config.load('a'))
    a.configure(globals_of(text, 'vrrp_priority 5', 'vrrp_cpu_affinity 0'))
    a.start()
    before = tuning(a, 'vrrp')
    lab.equal('nice value and processors', (before[0], before[2]), (5, {0}))
    a.configure(globals_of(text, 'vrrp_priority 7'))
    lab.equal('exit of keepctl reload', a.keepctl('reload').returncode, 0)
    lab.equal('nice value, real time, processors', tuning(a, 'vrrp'), (7, before[1], os.sched_getaffinity(0)))
    stop(lab, a)


@case('ipvs')
def priorities_of_both_children_are_set_and_taken_back(lab):
    a, = lab.build(directors=['a'])
    text = config.load('a')
    a.configure(globals_of(text, 'vrrp_priority -5', 'vrrp_rt_priority 30', 'checker_priority -7',
                           'checker_rt_priority 20', 'checker_no_swap', 'checker_cpu_affinity 0'))
    a.start()
    lab.equal('vrrp', tuning(a, 'vrrp')[:2], (-5, 30))
    for role in ('checker', 'prober'):
        lab.equal(role, tuning(a, role), (-7, 20, {0}))
        with open(f'/proc/{a.need_child(role)}/status') as f:
            locked = int(next(line for line in f if line.startswith('VmLck')).split()[1])
        lab.check(locked > 0, f'memory of the {role} is locked')
    lab.check('not as the configuration wants it' not in a.log(), 'nothing was refused')
    a.configure(text)
    lab.equal('exit of keepctl reload', a.keepctl('reload').returncode, 0)
    lab.equal('vrrp after the reload', tuning(a, 'vrrp')[:2], (0, 2))
    for role in ('checker', 'prober'):
        lab.equal(f'{role} after the reload', tuning(a, role), (0, 0, os.sched_getaffinity(0)))
    stop(lab, a)


@case('vrrp', seconds=60)
def net_namespace_is_entered_and_left_clean_even_after_a_crash(lab):
    a, b = lab.build()
    for director in (a, b):
        director.configure(config.vrrp_only(config.load(director.name)))
    text = 'net_namespace a\n' + text_of(a)
    a.configure(text)
    netns.Netns('elsewhere')
    plain = a.argv
    a.argv = lambda: ['ip', 'netns', 'exec', 'elsewhere', *plain()]
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    begin = lab.now
    spaces = {comm: os.readlink(f'/proc/{pid}/ns/net') == f'net:[{a.ns.inode}]' for pid, comm in a.processes().items()}
    lab.check(spaces and all(spaces.values()) and {'keepd-vrrp', 'keepd'} <= set(spaces), f'all are in it: {spaces}')
    a.configure(text.replace('net_namespace a\n', ''))
    done = a.reload()
    lab.check(done.returncode != 0 and 'restart keepd' in done.stdout, f'a reload cannot change it: {done.stdout}')
    a.configure(text)
    lab.equal('keepctl reload', a.reload().returncode, 0)
    killed = a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') not in (None, killed), 2, 'a new vrrp child')
    lab.sleep(A)
    lab.still_owner('a', begin)
    a.kill_everything()
    lab.check(VIP in a.ns.run(['ip', 'addr']).stdout, 'the address is left behind')
    done = netns.Netns('third').run([f'{a.bindir}/keepd', '--withdraw', '--run-dir', a.run_dir])
    lab.equal('keepd --withdraw', done.returncode, 0)
    lab.check(VIP not in a.ns.run(['ip', 'addr']).stdout, f'withdrawn from within another: {done.stdout}')
    a.configure(text.replace('net_namespace a', 'net_namespace nowhere'))
    a.start(wait=False)
    lab.equal('exit status without such a namespace', a.wait(5), 7)
    lab.check('network namespace nowhere' in a.log(), 'it says which')


@case('vrrp', seconds=60)
def processes_have_the_names_that_are_configured_and_the_stop_waits_as_long_as_it_says(lab):
    a, _ = lab.build()
    text = config.vrrp_only(config.load('a'))
    a.configure('child_wait_time 1\n' + config.edit(text, r'^ *router_id', 'process_name keepd_main\n'
                                                    'vrrp_process_name keepd_of_ours\n\\g<0>'))
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.check({'keepd_main', 'keepd_of_ours'} <= set(a.processes().values()), f'their names: {a.processes()}')
    a.configure('child_wait_time 1\n' + text)
    lab.equal('keepctl reload', a.reload().returncode, 0)
    lab.check({'keepd', 'keepd-vrrp'} <= set(a.processes().values()), f'the usual names again: {a.processes()}')
    os.kill(a.need_child('vrrp'), signal.SIGSTOP)
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(10), 0)
    lab.at_least('stopped after', lab.now - begin, 1.0)
    lab.at_most('stopped after', lab.now - begin, 2.0)
    lab.check(VIP not in a.ns.run(['ip', 'addr']).stdout, 'what the stopped child had is withdrawn')
