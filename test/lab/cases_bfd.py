# SPDX-License-Identifier: Apache-2.0
"""BFD: sessions with keepd, keepalived and FRR, and what instances that track them do."""
import json
import os
import signal
import subprocess
import threading
import time

import config
from daemon import Director
from frr import FrrBfd
from lab import A, E, PRIORITY, case, down, skew
from topology import HOSTS

ROUTER, DIRECTOR = HOSTS['router'], HOSTS['a']
ROUTER6, DIRECTOR6 = 'fd00::fe', 'fd00::a'
FAST, MULTIPLIER = 0.050, 3                     # intervals of both ends, so many missing
DETECTION = 0.150
SLOW = 1.0                                      # the interval while a session is not up
COMES_UP = 2 * SLOW + E


def bfd(neighbor, *lines, name='peer', interval=FAST):
    own = [f'neighbor_ip {neighbor}', f'min_tx {interval * 1000:g}', f'min_rx {interval * 1000:g}',
           f'multiplier {MULTIPLIER}', *lines]
    return f'bfd_instance {name} {{\n' + ''.join(f'    {line}\n' for line in own) + '}\n'


def frr_peer(neighbor, *lines, interval=FAST):
    return [f' peer {neighbor}', f'  receive-interval {interval * 1000:g}', f'  transmit-interval {interval * 1000:g}',
            f'  detect-multiplier {MULTIPLIER}', *(f'  {line}' for line in lines), ' !']


class Events:
    """What `keepctl events` says from now on, with the clock of the lab."""

    def __init__(self, director):
        self.seen = []
        self.process = director.ns.popen([f'{director.bindir}/keepctl', '--run-dir', director.run_dir, '--json', 'events'],
                                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()
        time.sleep(0.2)

    def _read(self):
        for line in self.process.stdout:
            event = json.loads(line)
            self.seen.append((event['at'] - time.time() + time.monotonic(), event))

    def of(self, kind, since=0.0):
        return [(at, e['from'], e['to']) for at, e in self.seen if e['kind'] == kind and at >= since]

    def first(self, kind, to, since):
        return next((at for at, _, now in self.of(kind, since) if now == to), None)


def session(director, name='peer'):
    return next(b for b in director.status()['bfd'] if b['name'] == name)


def is_up(director):
    return session(director)['state'] == 'up'


def wait_up(lab, *directors):
    begin = lab.now
    for director in directors:
        lab.until(lambda: is_up(director), COMES_UP, f'the session of {director.name} is up')
    lab.at_most('up after', lab.now - begin, COMES_UP)
    lab.sleep(0.3)


def router_keepd(lab, text):
    """keepd on the router, with BFD and nothing else."""
    router = Director(lab.network, 'router', 'keepd', lab.bindir, lab.logdir)
    router.configure('global_defs {\n    router_id router\n}\n' + text)
    return router.start()


def three(lab, text_of_a, change=lambda text: text):
    """Directors A and B, with VRRP; A has a neighbor, the router, which is not started."""
    a, b = lab.build(servers=('router',))
    for director in (a, b):
        text = config.preempting(config.vrrp_only(config.load(director.name)))
        director.configure(text_of_a + change(text) if director is a else text)
    return a, b


def tracking(weight=''):
    return lambda text: config.in_instance(text, 'track_bfd {', f'    peer {weight}', '}')


def no_failure(lab, events, since):
    lab.equal('failures that A saw', events.of('bfd', since), [])


# -- two of keepd ------------------------------------------------------------------------------------------------------


@case('vrrp')
def bfd_of_two_keepds_sees_a_cut_link_within_the_detection_time(lab):
    a, _ = three(lab, bfd(ROUTER))
    a.start()
    router = router_keepd(lab, bfd(DIRECTOR))
    wait_up(lab, a, router)
    seen = session(a)
    lab.equal('interval and detection time', [seen['tx_interval'], seen['detection_time']], [FAST, DETECTION])
    for round_ in range(3):
        events = Events(a)
        begin = lab.now
        lab.network.unplug('router')
        lab.until(lambda: events.of('bfd', begin), 5, 'A sees it')
        lab.at_most('seen after', events.first('bfd', 'down', begin) - begin, DETECTION + E)
        lab.at_least('and not before', events.first('bfd', 'down', begin) - begin, DETECTION - 2 * FAST)
        lab.equal('diagnostic', session(a)['diagnostic'], 'control detection time expired')
        lab.sleep(0.5)
        lab.network.plug('router')
        wait_up(lab, a, router)
    lab.equal('packets dropped', {k: n for k, n in session(a)['errors'].items() if n}, {})
    lab.check(49152 <= seen['source_port'], f'the source port is of those of RFC 5881: {seen["source_port"]}')
    lab.equal('the same source port and discriminator all the time', [session(a)[x] for x in ('source_port', 'discriminator')],
              [seen[x] for x in ('source_port', 'discriminator')])


@case('vrrp')
def bfd_over_ipv6_sees_a_cut_link_within_the_detection_time(lab):
    a, _ = three(lab, bfd(ROUTER6, f'source_ip {DIRECTOR6}'))
    for name, address in (('a', DIRECTOR6), ('router', ROUTER6)):
        lab.network.host[name].sysctl({'ipv6/conf/all/disable_ipv6': 0, 'ipv6/conf/eth0/disable_ipv6': 0,
                                       'ipv6/conf/eth0/accept_dad': 0})
        lab.network.host[name].ip(f'addr add {address}/64 dev eth0 nodad')
    frr = FrrBfd(lab.network.host['router'], lab.logdir, frr_peer(f'{DIRECTOR6} local-address {ROUTER6}'))
    a.start()
    wait_up(lab, a)
    lab.equal('FRR says', frr.peer(DIRECTOR6)['status'], 'up')
    events = Events(a)
    begin = lab.now
    lab.network.unplug('router')
    lab.until(lambda: events.of('bfd', begin), 5, 'A sees it')
    lab.at_most('seen after', events.first('bfd', 'down', begin) - begin, DETECTION + E)


# -- other speakers ----------------------------------------------------------------------------------------------------


@case('vrrp')
def bfd_with_frr_sees_a_cut_link_and_is_polled_to_other_timers(lab):
    a, _ = three(lab, bfd(ROUTER))
    frr = FrrBfd(lab.network.host['router'], lab.logdir, frr_peer(DIRECTOR))
    a.start()
    wait_up(lab, a)
    events = Events(a)
    begin = lab.now
    text = config.preempting(config.vrrp_only(config.load('a')))
    a.configure(bfd(ROUTER, interval=0.2) + text)
    lab.equal('reload', a.reload().returncode, 0)
    lab.until(lambda: frr.peer(DIRECTOR)['remote-transmit-interval'] == 200, 2, 'FRR knows')
    lab.until(lambda: not session(a)['polling'] and session(a)['detection_time'] > DETECTION, 2, 'FRR has answered')
    lab.equal('detection time of A and remote intervals of FRR',
              [session(a)['detection_time'], *(frr.peer(DIRECTOR)[f'remote-{x}-interval'] for x in ('receive', 'transmit'))],
              [0.6, 200, 200])
    frr.vtysh('configure terminal', 'bfd', f'peer {DIRECTOR}', 'receive-interval 300', 'transmit-interval 300')
    lab.until(lambda: session(a)['detection_time'] == 0.9, 2, 'A follows FRR')
    a.configure(bfd(ROUTER) + text)
    frr.vtysh('configure terminal', 'bfd', f'peer {DIRECTOR}', 'receive-interval 50', 'transmit-interval 50')
    lab.equal('reload', a.reload().returncode, 0)
    lab.until(lambda: session(a)['detection_time'] == DETECTION, 2, 'both are fast again')
    lab.sleep(1)
    no_failure(lab, events, begin)
    lab.equal('FRR says', [frr.peer(DIRECTOR)[x] for x in ('status', 'diagnostic', 'remote-diagnostic')],
              ['up', 'ok', 'ok'])
    begin = lab.now
    lab.network.unplug('router')
    lab.until(lambda: events.of('bfd', begin), 5, 'A sees it')
    lab.at_most('a cut link is seen after', events.first('bfd', 'down', begin) - begin, DETECTION + E)
    lab.network.plug('router')
    wait_up(lab, a)
    lab.equal('packets dropped', {k: n for k, n in session(a)['errors'].items() if n}, {})


@case('vrrp')
def bfd_with_keepalived_sees_a_cut_link_and_follows_other_timers(lab):
    a, _ = three(lab, bfd(ROUTER))
    peer = Director(lab.network, 'router', 'keepalived', lab.bindir, lab.logdir)
    peer.configure(bfd(DIRECTOR))
    a.start()
    peer.start()
    wait_up(lab, a)
    lab.until(lambda: 'Entering Up state' in peer.log(), 2, 'keepalived says so, too')
    lab.equal('interval and detection time', [session(a)[x] for x in ('tx_interval', 'detection_time')],
              [FAST, DETECTION])
    events = Events(a)
    begin = lab.now
    a.configure(bfd(ROUTER, interval=0.2) + config.vrrp_only(config.load('a')))
    lab.equal('reload', a.reload().returncode, 0)
    lab.until(lambda: session(a)['detection_time'] == 0.6 and not session(a)['polling'], 2, 'slower')
    lab.sleep(1)
    no_failure(lab, events, begin)
    lab.equal('keepalived saw it go', peer.log().count('Entering Down state'), 0)
    begin = lab.now
    lab.network.unplug('router')
    lab.until(lambda: events.of('bfd', begin), 5, 'A sees it')
    lab.at_most('a cut link is seen after', events.first('bfd', 'down', begin) - begin, 0.6 + E)
    lab.network.plug('router')
    wait_up(lab, a)


@case('vrrp')
def bfd_neighbor_that_is_switched_off_has_not_failed(lab):
    a, b = three(lab, bfd(ROUTER), tracking())
    frr = FrrBfd(lab.network.host['router'], lab.logdir, frr_peer(DIRECTOR))
    a.start()
    b.start()
    wait_up(lab, a)
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    events, begin = Events(a), lab.now
    frr.vtysh('configure terminal', 'bfd', f'peer {DIRECTOR}', 'shutdown')
    lab.until(lambda: not is_up(a), 2, 'the session is down')
    lab.equal('the neighbor is', session(a)['neighbor']['state'], 'admin down')
    lab.sleep(4)
    lab.equal('what trackers are told', session(a)['result'], 'up')
    no_failure(lab, events, begin)
    lab.still_owner('a', begin)
    frr.vtysh('configure terminal', 'bfd', f'peer {DIRECTOR}', 'no shutdown')
    wait_up(lab, a)
    lab.still_owner('a', begin)
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    lab.until(lambda: frr.peer(DIRECTOR)['status'] == 'down', 2, 'FRR says the session is down')
    lab.equal('what FRR says of the end', frr.peer(DIRECTOR)['diagnostic'], 'neighbor signaled session down')


# -- this process ends or changes --------------------------------------------------------------------------------------


@case('vrrp')
def bfd_session_goes_on_over_reloads_and_a_killed_child(lab):
    a, b = three(lab, bfd(ROUTER, interval=0.2), tracking())
    frr = FrrBfd(lab.network.host['router'], lab.logdir, frr_peer(DIRECTOR, interval=0.2))
    a.start()
    b.start()
    wait_up(lab, a)
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    before, events, begin = session(a), Events(a), lab.now
    text = config.preempting(config.vrrp_only(config.load('a')))
    a.configure(bfd(ROUTER, interval=0.2) + tracking()(config.edit(text, 'priority 150', 'priority 151')))
    lab.equal('reload', a.reload().returncode, 0)
    pid = a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') not in (None, pid) and session(a)['resumed'], 5, 'another child goes on')
    lab.sleep(1.5)
    same = ('discriminator', 'source_port', 'state')
    lab.equal('the same session', [session(a)[x] for x in same], [before[x] for x in same])
    lab.equal('failures that A saw', events.of('bfd', begin), [])
    lab.equal('FRR saw it go', frr.counters(DIRECTOR)['session-down'], 0)
    lab.still_owner('a', begin)


@case('vrrp')
def bfd_neighbor_has_not_failed_when_this_process_was_away_for_too_long(lab):
    """The intervals are so short that no process comes back in time: the neighbor sees that, A does not."""
    a, b = three(lab, bfd(ROUTER, interval=0.010), tracking())
    frr = FrrBfd(lab.network.host['router'], lab.logdir, frr_peer(DIRECTOR, interval=0.010))
    a.start()
    b.start()
    wait_up(lab, a)
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    events, begin = Events(a), lab.now
    vrrp = a.need_child('vrrp')
    os.kill(vrrp, signal.SIGSTOP)
    lab.sleep(0.5)
    os.kill(vrrp, signal.SIGKILL)
    lab.until(lambda: a.child('vrrp') not in (None, vrrp) and session(a)['resumed'], 5, 'another child goes on')
    lab.until(lambda: is_up(a), 3 * SLOW, 'the session is up again')
    lab.at_least('FRR saw it go', frr.counters(DIRECTOR)['session-down'], 1, 'times')
    no_failure(lab, events, begin)
    lab.still_owner('a', begin)
    lab.network.unplug('router')
    begin = lab.now
    lab.until(lambda: events.of('bfd', begin), 5, 'a real failure is seen')


# -- instances ---------------------------------------------------------------------------------------------------------


@case('vrrp')
def instance_whose_bfd_neighbor_is_lost_is_in_fault(lab):
    a, b = three(lab, bfd(ROUTER), tracking())
    router_keepd(lab, bfd(DIRECTOR))
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    begin = lab.now
    lab.network.unplug('router')
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, DETECTION + skew(PRIORITY['b']) + E)
    instance = a.instance()
    lab.equal('state and reason', [instance[x] for x in ('state', 'reason_key', 'reason')],
              ['fault', 'tracker', 'tracked bfd peer is down'])
    begin = lab.now
    lab.network.plug('router')
    lab.until(lambda: lab.observer.owners() == ['a'], 10, 'A alone owns the VIP')
    lab.at_most('given back', lab.observer.acquired('a', begin) - begin, COMES_UP + down(PRIORITY['a']) + E)


@case('vrrp')
def lost_bfd_neighbor_takes_its_weight_from_the_priority(lab):
    a, b = three(lab, bfd(ROUTER), tracking('weight -100'))
    router_keepd(lab, bfd(DIRECTOR))
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    wait_up(lab, a)
    lab.network.unplug('router')
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.equal('priorities', [a.instance()[x] for x in ('state', 'priority', 'priority_base')], ['backup', 50, 150])
    lab.network.plug('router')
    lab.until(lambda: lab.observer.owners() == ['a'], 10, 'A alone owns the VIP')


@case('vrrp')
def instance_whose_bfd_neighbor_never_answers_does_not_start(lab):
    a, b = three(lab, bfd(ROUTER), tracking())
    a.start()
    lab.equal('at first', a.instance()['state'], 'init')
    lab.until(lambda: a.instance()['state'] == 'fault', 3 * SLOW + E, 'then it is in fault')
    lab.check('bfd peer: unknown -> down (neighbor 192.168.0.254 does not answer)' in a.log(), 'the log says why')
    router_keepd(lab, bfd(DIRECTOR))
    lab.wait_owner('a', COMES_UP + down(PRIORITY['a']) + E)


@case('vrrp')
def group_whose_bfd_neighbor_is_lost_is_in_fault_with_all_members(lab):
    def change(text):
        other = config.block(text, 'vrrp_instance').replace('VI_1', 'VI_2').replace('router_id 51', 'router_id 52')
        members = 'group {\n        VI_1\n        VI_2\n    }'
        return (text + '\n' + other.replace('192.168.0.200', '192.168.0.201') +
                f'\nvrrp_sync_group BOTH {{\n    {members}\n    track_bfd {{\n        peer\n    }}\n}}\n')
    a, _ = three(lab, bfd(ROUTER), change)
    router_keepd(lab, bfd(DIRECTOR))
    a.start()
    lab.wait_owner('a', COMES_UP + 2 * down(PRIORITY['a']) + E)
    lab.until(lambda: a.instance('VI_2')['state'] == 'active', 2 * A, 'both members are active')
    begin = lab.now
    lab.network.unplug('router')
    lab.until(lambda: lab.observer.owners() == [], 5, 'the address is gone')
    lab.at_most('withdrawn after', lab.observer.lost('a', begin) - begin, DETECTION + E)
    lab.until(lambda: {a.instance(name)['state'] for name in ('VI_1', 'VI_2')} == {'fault'}, 1, 'both members are in fault')
    lab.equal('reasons', [a.instance(name)['reason'] for name in ('VI_1', 'VI_2')], 2 * ['tracked bfd peer is down'])


@case('vrrp')
def bfd_of_several_hops_has_a_port_of_its_own_and_any_ttl(lab):
    a, _ = three(lab, bfd(ROUTER, f'source_ip {DIRECTOR}', 'multihop'))
    frr = FrrBfd(lab.network.host['router'], lab.logdir,
                 frr_peer(f'{DIRECTOR} multihop local-address {ROUTER}', '  minimum-ttl 200'))
    a.start()
    wait_up(lab, a)
    lab.equal('FRR says', [frr.peer(DIRECTOR)[x] for x in ('multihop', 'status')], [True, 'up'])
    events, begin = Events(a), lab.now
    lab.network.unplug('router')
    lab.until(lambda: events.of('bfd', begin), 5, 'A sees it')
    lab.at_most('seen after', events.first('bfd', 'down', begin) - begin, DETECTION + E)
