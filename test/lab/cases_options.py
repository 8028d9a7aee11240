# SPDX-License-Identifier: Apache-2.0
"""The command line: keepalived's options as its users have them in their scripts, and the file that is read."""
import os
import shutil
import signal

import config
import sandbox
from cases_parent import alone, has_vip
from daemon import ipvs
from lab import A, PRIORITY, case, down

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
