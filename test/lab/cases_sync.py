# SPDX-License-Identifier: Apache-2.0
"""The sync daemons of the kernel follow an instance, and connections go on at the other director."""
import os
import re
import signal

import config
from cases_ipvs import D, RS1, RS2, pair, weights
from client import Download
from lab import E, PRIORITY, case, down, skew
from servers import LONG

LOOK = 1.0                                      # keepd looks at them that often
ENDS = 4.0                                      # the kernel ends one when its thread wakes up


def sync_daemon(arguments):
    return lambda text: config.in_global_defs(text, f'lvs_sync_daemon {arguments}')


def daemons(director):
    """Those that run: {'master': {'mcast': 'eth0', 'syncid': '51', ...}}."""
    text = director.ns.run(['ipvsadm', '--list', '--daemon']).stdout
    return {role: dict(pair.split('=') for pair in re.split(r',\s*', values))
            for role, values in re.findall(r'(master|backup) sync daemon \((.*)\)', text)}


def roles(*directors):
    return [sorted(daemons(director)) for director in directors]


def download_over_a_power_cut(lab, change):
    """A dies in the middle of a download, B takes over; the download, over or failed."""
    a, b = pair(lab, change)
    if change('global_defs {\n}\n') != 'global_defs {\n}\n':
        lab.until(lambda: roles(a, b) == [['master'], ['backup']], LOOK + ENDS, 'master at A, backup at B')
        lab.equal('interface and number', [daemons(a)['master'][x] for x in ('mcast', 'syncid')], ['eth0', '51'])
    download = Download(lab.network, '/long', LONG, patience=20)        # the server waits ever longer
    lab.sleep(4)
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    return b, download


@case('ipvs', seconds=90)
def download_goes_on_at_the_other_director_with_a_sync_daemon(lab):
    b, download = download_over_a_power_cut(lab, sync_daemon('eth0 VI_1'))
    taken = lab.now
    lab.until(lambda: roles(b) == [['master']], LOOK, 'master at B')
    lab.at_most('master at B after the takeover', lab.now - taken, 0.5)
    download.wait(60)
    lab.equal('what was wrong with the download', download.error, None)
    lab.figure('it ended', f'{lab.now - taken:.1f} s after the takeover')


@case('ipvs', seconds=90)
def download_breaks_at_the_other_director_without_one(lab):
    _, download = download_over_a_power_cut(lab, lambda text: text)
    download.wait(60)
    lab.check(download.error, 'the other director knows nothing of the connection')
    lab.figure('what was wrong with the download', download.error)


@case('ipvs', seconds=90)
def sync_daemon_has_all_its_options_and_comes_back_with_its_interface(lab):
    a, b = pair(lab, sync_daemon('sync0 inst VI_1 id 7 maxlen 1200 port 8900 ttl 3 group 224.0.0.99'))
    lab.equal('without the interface', [a.status()['sync_daemon']['state'], *roles(a, b)],
              ['waiting for its interface', [], []])
    begin = lab.now
    for number in range(3):
        a.ns.ip('link add sync0 type veth peer name sync0-peer', 'link set sync0-peer up', 'addr add 10.9.9.1/24 dev sync0',
                'link set sync0 up')
        since = lab.now
        lab.until(lambda: roles(a) == [['master']], LOOK + ENDS, 'master at A')
        lab.at_most('started after', lab.now - since, LOOK + ENDS)
        lab.until(lambda: a.log().count('IPVS sync daemon: master on sync0') == number + 1, LOOK + ENDS, 'it was started')
        lab.equal('options', daemons(a)['master'], {'mcast': 'sync0', 'syncid': '7', 'maxlen': '1200', 'group': '224.0.0.99',
                                                    'port': '8900', 'ttl': '3'})
        since = lab.now
        a.ns.ip('link del sync0')
        if number != 1:                         # the second time another one takes its place at once
            lab.until(lambda: roles(a) == [[]], LOOK + ENDS, 'none without its interface')
            lab.at_most('stopped after', lab.now - since, LOOK + ENDS)
    lab.equal('starts', a.log().count('IPVS sync daemon: master on sync0'), 3)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('weights of the servers', weights(a), {RS1: 1, RS2: 1})


@case('ipvs', seconds=90)
def sync_daemon_runs_without_virtual_servers_and_ends_with_keepd(lab):
    change = sync_daemon('eth0 VI_1')
    a, b = lab.vrrp_pair(change)
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.until(lambda: roles(a, b) == [['master'], ['backup']], LOOK + ENDS, 'master at A, backup at B')
    pid = a.kill_child('checker')
    lab.until(lambda: a.child('checker') not in (None, pid), 5, 'another checker')
    lab.sleep(LOOK)
    lab.equal('roles after the checker died', roles(a, b), [['master'], ['backup']])
    pid = a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') not in (None, pid), 5, 'another vrrp')
    lab.sleep(LOOK)
    lab.equal('roles after vrrp died', roles(a, b), [['master'], ['backup']])
    a.ns.run(['ipvsadm', '--stop-daemon', 'master'])
    lab.until(lambda: roles(a) == [['master']], LOOK + ENDS, 'somebody stopped it, it runs again')
    text = config.vrrp_only(config.load('a'))
    a.configure(config.in_global_defs(text, 'lvs_sync_daemon eth0 id 9'))
    lab.equal('reload', a.reload().returncode, 0)
    lab.until(lambda: roles(a) == [['backup', 'master']], LOOK + ENDS, 'both roles without an instance')
    lab.equal('its number', [daemons(a)[role]['syncid'] for role in ('master', 'backup')], ['9', '9'])
    a.configure(change(text))
    lab.equal('reload', a.reload().returncode, 0)
    lab.until(lambda: roles(a) == [['master']], LOOK + ENDS, 'one role with an instance')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B alone owns the VIP')
    lab.until(lambda: roles(a, b) == [[], ['master']], LOOK + ENDS, 'none at A, master at B')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, skew(PRIORITY['b']) + E)


def after_sync(seconds):
    """preempt_after_sync at both, and A preempts."""
    def change(text):
        text = config.in_global_defs(config.preempting(text), 'lvs_sync_daemon eth0 VI_1')
        return config.in_instance(text, f'preempt_after_sync {seconds}')
    return change


@case('ipvs', seconds=90)
def director_that_returns_preempts_after_it_has_listened_long_enough(lab):
    seconds = 12
    a, b = lab.vrrp_pair(after_sync(seconds))
    b.start()
    lab.wait_owner('b', D + 5)
    begin = lab.now
    a.start()
    lab.until(lambda: roles(a, b) == [['backup'], ['master']], LOOK + ENDS, 'backup at A, master at B')
    lab.until(lambda: lab.observer.owners() == ['a'], seconds + down(PRIORITY['a']) + LOOK + ENDS, 'A alone owns the VIP')
    lab.at_least('given back after', lab.observer.acquired('a', begin) - begin, seconds)
    lab.at_most('given back after', lab.observer.acquired('a', begin) - begin,
                seconds + down(PRIORITY['a']) + LOOK + ENDS)
    lab.until(lambda: roles(a, b) == [['master'], ['backup']], LOOK + ENDS, 'master at A, backup at B')


@case('vrrp')
def director_that_cannot_listen_does_not_preempt_but_takes_over(lab):
    if os.path.exists('/proc/net/ip_vs'):
        lab.figure('skipped', 'this kernel has IPVS')
        return
    a, b = lab.vrrp_pair(after_sync(1))
    b.start()
    lab.wait_owner('b', D + 5)
    a.start()
    begin = lab.now
    lab.sleep(8)
    lab.still_owner('b', begin)
    lab.check('put up with until the sync daemon has listened' in a.log(), 'the log says why')
    last = lab.just_after_advert('b')
    lab.network.unplug('b')
    lab.until(lambda: 'a' in lab.observer.owners(), 8, 'A owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('a', last) - last, down(PRIORITY['a']) + E)


@case('vrrp')
def kernel_without_ipvs_is_told_once_and_the_election_goes_on(lab):
    if os.path.exists('/proc/net/ip_vs'):
        lab.figure('skipped', 'this kernel has IPVS')
        return
    a, b = lab.running_vrrp_pair(sync_daemon('eth0 VI_1'))
    begin = lab.now
    lab.sleep(5)
    errors = [line for line in a.log().splitlines() if 'IPVS' in line]
    lab.equal('lines about IPVS', len(errors), 1)
    lab.check('load the module ip_vs' in errors[0], f'it says what to do: {errors[0]}')
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
