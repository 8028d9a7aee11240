# SPDX-License-Identifier: Apache-2.0
"""Who is to be active when routers disagree, when somebody forges adverts, and when one was late."""
import os
import signal

import config
import wire
from cases_input import forge
from lab import A, BOTH, E, PRIORITY, VRID, case, down, skew
from topology import HOSTS


def priority(text, value):
    return config.edit(text, r'^( *)priority \d+', rf'\1priority {value}')


def option(text, line):
    """One more line in the instance."""
    return config.edit(text, r'^( *)advert_int .*\n', rf'\g<0>\1{line}\n')


def lines_with(director, words):
    return [line for line in director.log().splitlines() if words in line]


def configured_pair(lab, changes, kinds=None):
    """CHANGES: {'a': function of its text, ...}; not started."""
    pair = lab.build(kinds=kinds)
    for director in pair:
        change = changes.get(director.name, lambda text: text)
        director.configure(change(config.vrrp_only(config.load(director.name))))
    return pair


# -- who is active -----------------------------------------------------------------------------------------------------


@case('vrrp', daemons=BOTH)
def state_master_below_255_listens_before_it_takes_over(lab):
    a, _ = configured_pair(lab, {'a': lambda text: config.edit(config.preempting(text), 'state BACKUP', 'state MASTER')})
    begin = lab.now
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.at_least('owner after start', lab.observer.acquired('a', begin) - begin, down(PRIORITY['a']) - 0.01)


@case('vrrp')
def of_two_owners_the_lower_address_gives_way_and_both_say_so(lab):
    def owner(text):
        return priority(config.preempting(text), 255)
    a, b = configured_pair(lab, {'a': owner, 'b': owner})
    a.start()
    lab.wait_owner('a', 5)
    lab.sleep(A)
    begin = lab.now
    b.start()
    lab.wait_owner('b', 5)
    lab.at_most('two owners', lab.observer.longest(2, begin, lab.now), A + E)
    settled = lab.now
    lab.sleep(4 * A)
    lab.still_owner('b', settled)
    for director in (a, b):
        said = lines_with(director, 'CONFIGURATION ERROR: peer')
        lab.figure(f'lines of {director.name}', len(said))
        lab.check(1 <= len(said) <= 3, f'{director.name} calls it a mistake a few times: {said}')
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'b'}, 'B answers the client')


@case('vrrp')
def start_together_with_equal_priorities_ends_with_one_owner(lab):
    """Whoever is a hair earlier is heard by the other; if neither was, the higher address stays."""
    def equal(text):
        return priority(config.preempting(text), 100)
    pair = configured_pair(lab, {'a': equal, 'b': equal})
    worst, winners = 0.0, []
    for _ in range(3):
        begin = lab.now
        for director in pair:
            director.start(wait=False)
        lab.until(lambda: lab.observer.owners(), down(100) + 5, 'somebody owns the VIP')
        lab.sleep(A + E)
        winners += lab.observer.owners()
        worst = max(worst, lab.observer.longest(2, begin, lab.now))
        settled = lab.now
        lab.sleep(A)
        lab.still_owner(winners[-1], settled)
        for director in pair:
            director.signal(signal.SIGTERM)
        for director in pair:
            director.wait(5)
        lab.until(lambda: not lab.observer.owners(), 5, 'nobody owns the VIP')
    lab.check(len(winners) == 3, f'one owner each time: {winners}')
    lab.figure('winners', ' '.join(winners))
    lab.at_most('two owners', worst, A + E)


@case('vrrp')
def priority_that_falls_while_the_other_gives_way_leaves_an_owner(lab):
    """Both are active; A is the higher one and falls below B at the moment the segment is one again."""
    from cases_network import isolate
    a, _ = lab.running_vrrp_pair(config.preempting)
    isolate(lab, True)
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], down(PRIORITY['b']) + 5, 'both own the VIP')
    lab.just_after_advert('a')
    text = priority(config.preempting(config.vrrp_only(config.load('a'))), 50)
    a.configure(text)
    begin = lab.now
    isolate(lab, False)
    lab.equal('reload', a.reload().returncode, 0)
    lab.sleep(down(PRIORITY['b']) + 2 * A)
    lab.equal('owners', lab.observer.owners(), ['b'])
    lab.at_most('no owner', lab.observer.longest(0, begin, lab.now), E)
    lab.figure('two owners', f'{lab.observer.longest(2, begin, lab.now):.3f} s')


# -- the start ---------------------------------------------------------------------------------------------------------


def globals_of(text, line):
    return config.edit(text, r'^( *)router_id .*\n', rf'\g<0>\1{line}\n')


@case('vrrp', daemons=BOTH)
def startup_delay_comes_before_the_down_interval(lab):
    """And neither the link nor a reload within it makes it shorter, or lasting."""
    delayed = {'a': lambda text: globals_of(text, 'vrrp_startup_delay 4')}
    a, _ = configured_pair(lab, delayed)
    begin = lab.now
    a.start()
    lab.sleep(1)
    if lab.kind == 'keepd':
        lab.equal('reason', a.instance()['reason_key'], 'startup-delay')
        lab.network.unplug('a')
        lab.sleep(0.3)
        lab.network.plug('a')
        a.configure(priority(delayed['a'](config.vrrp_only(config.load('a'))), 200))
        lab.equal('reload', a.reload().returncode, 0)
    lab.wait_owner('a', 4 + down(PRIORITY['a']) + 5)
    value = 200 if lab.kind == 'keepd' else PRIORITY['a']
    waited = lab.observer.acquired('a', begin) - begin
    lab.at_least('owner after start', waited, 4 + down(value) - 0.01)
    lab.at_most('owner after start', waited, 4 + down(value) + 2 * E)


@case('vrrp')
def startup_delay_does_not_hold_the_successor_of_a_dead_process(lab):
    a, _ = lab.running_vrrp_pair(lambda text: globals_of(text, 'vrrp_startup_delay 2'))
    begin = lab.just_after_advert('a')
    a.kill_child('vrrp')
    lab.sleep(2 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)


def forwards(lab, name, yes):
    """The port of a director has a link, and forwards frames or is listening, as with spanning tree."""
    lab.network.lan.run(['bridge', 'link', 'set', 'dev', f'p-{name}', 'state', '3' if yes else '1'], check=True)


@case('vrrp')
def behind_a_port_that_does_not_forward_yet_nobody_becomes_active(lab):
    """A has the higher priority and starts on a port that is open after two down intervals."""
    a, b = configured_pair(lab, {'a': config.preempting, 'b': config.preempting})
    b.start()
    lab.wait_owner('b', down(PRIORITY['b']) + 5)
    forwards(lab, 'a', False)
    begin = lab.now
    a.start()
    lab.sleep(2 * down(PRIORITY['a']))
    lab.equal('reason', a.instance()['reason_key'], 'link-silent')
    lab.equal('adverts of A', len(lab.observer.adverts_of('a', begin)), 0)
    forwards(lab, 'a', True)
    opened = lab.now
    lab.wait_owner('a', 10)
    lab.never_two_owners(begin, allowed=E)
    lab.figure('preempted after the port opened', f'{lab.observer.acquired("a", opened) - opened:.3f} s')


@case('vrrp')
def a_link_that_stays_silent_is_not_waited_for_forever(lab):
    a, _ = configured_pair(lab, {'a': lambda text: globals_of(text, 'vrrp_link_silence 6')})
    forwards(lab, 'a', False)
    begin = lab.now
    a.start()
    lab.wait_owner('a', 15)
    waited = lab.observer.acquired('a', begin) - begin
    lab.at_least('owner after start', waited, 6 - 0.01)
    lab.at_most('owner after start', waited, 6 + 2 * E)


# -- forged adverts ----------------------------------------------------------------------------------------------------


@case('vrrp')
def forged_priority_zero_moves_nobody(lab):
    """Row of a spoofed priority 0: the skew of this B is a sixteenth of a second, its timer must not start."""
    a, b = configured_pair(lab, {'a': lambda text: priority(config.preempting(text), 250),
                                 'b': lambda text: priority(config.preempting(text), 240)})
    a.start()
    b.start()
    lab.wait_owner('a', down(250) + 5)
    lab.sleep(1.2 * A)
    begin = lab.now
    forge(lab, priority=0, count=30)
    lab.sleep(A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.equal('without effect for B', b.instance()['errors']['leave'], 30)
    lab.at_most('adverts of A', len(lab.observer.adverts_of('a', begin)) / (lab.now - begin), 5, 'per s')


@case('vrrp', daemons=BOTH)
def one_forged_advert_of_priority_255_costs_a_down_interval(lab):
    """Row of a spoofed priority 255: the protocol has nothing against it, but it ends with the forger."""
    lab.running_vrrp_pair(config.preempting)
    begin = lab.now
    forge(lab, count=1)
    lab.until(lambda: not lab.observer.owners(), 2, 'A gives way')
    lab.until(lambda: lab.observer.owners() == ['a'], down(PRIORITY['a']) + 5, 'A alone owns the VIP')
    lab.at_most('no owner', lab.observer.longest(0, begin, lab.now), down(PRIORITY['a']) + E)
    lab.sleep(A)
    lab.never_two_owners(begin, allowed=E)


@case('vrrp')
def replayed_adverts_of_the_dead_hold_off_the_other(lab):
    """Inherent without authentication: who hears adverts believes them. It ends with the replay."""
    a, _ = lab.running_vrrp_pair()
    lab.network.unplug('a')
    a.kill_everything()
    forge(lab, priority=PRIORITY['a'], count=60)
    stopped = lab.now
    lab.equal('owners besides the dead', [o for o in lab.observer.owners() if o != 'a'], [])
    lab.until(lambda: 'b' in lab.observer.owners(), down(PRIORITY['b']) + 5, 'B owns the VIP')
    lab.at_most('takeover after the replay', lab.observer.acquired('b', stopped) - stopped, down(PRIORITY['b']) + E)


@case('vrrp')
def others_on_the_segment_are_seen_and_told_of_once(lab):
    """A number that is not ours, and ours with other addresses, both from the client."""
    a, b = lab.running_vrrp_pair(lambda text: globals_of(text, 'log_unknown_vrids'))
    begin = lab.now
    forge(lab, vrid=77, priority=33)
    sock = lab.network.host['client'].call(wire.advert_socket, HOSTS['client'], 255)
    for _ in range(10):
        sock.sendto(wire.advert(VRID, 1, ['192.168.0.99']), (wire.GROUP, 0))
        lab.sleep(0.1)
    sock.close()
    lab.sleep(0.3)
    lab.still_owner('a', begin)
    seen = {(row['vrid'], row['source']): row for row in a.status()['routers_seen']}
    lab.equal('routers seen by A', sorted(seen), [(VRID, HOSTS['client']), (77, HOSTS['client'])])
    unknown, foreign = seen[77, HOSTS['client']], seen[VRID, HOSTS['client']]
    lab.equal('unknown', [unknown[k] for k in ('configured', 'other_addresses', 'priority', 'adverts')],
              [False, False, 33, 20])
    lab.equal('foreign', [foreign[k] for k in ('configured', 'other_addresses', 'priority', 'adverts')],
              [True, True, 1, 10])
    lab.equal('lines of A about the unknown one', len(lines_with(a, 'virtual router 77, which is not configured')), 1)
    lab.equal('lines of A about the foreign one', len(lines_with(a, 'advertises other addresses')), 1)
    peer = [row for row in b.status()['routers_seen'] if row['source'] == HOSTS['a']]
    lab.equal('B has seen A', [(row['vrid'], row['configured'], row['other_addresses']) for row in peer],
              [(VRID, True, False)])


# -- lateness ----------------------------------------------------------------------------------------------------------


def paused(lab, director, seconds):
    """Its vrrp process stands still for so long. Returns when it goes on."""
    pid = director.need_child('vrrp')
    os.kill(pid, signal.SIGSTOP)
    lab.sleep(seconds)
    os.kill(pid, signal.SIGCONT)
    return lab.now


@case('vrrp')
def late_active_router_hands_over_if_it_is_told_to(lab):
    a, _ = lab.running_vrrp_pair(lambda text: option(text, 'timer_expired_backup 1'))
    lab.just_after_advert('a')
    on = paused(lab, a, 2.5 * A)
    lab.wait_owner('b', 5)
    lab.at_most('B owns it', lab.observer.acquired('b', on) - on, skew(PRIORITY['b']) + E)
    lab.check(lines_with(a, 'late with an advert'), 'A says why')
    settled = lab.now
    lab.sleep(2 * A)
    lab.still_owner('b', settled)


@case('vrrp')
def late_active_router_goes_on_if_nobody_has_taken_over(lab):
    a, _ = lab.running_vrrp_pair()
    begin = lab.just_after_advert('a')
    paused(lab, a, 2.5 * A)
    lab.sleep(2 * A)
    lab.still_owner('a', begin)
    lab.at_most('advert gap', lab.observer.longest_gap('a', begin, lab.now), 2.5 * A + E)


@case('vrrp')
def lateness_is_measured_and_told_apart_from_that_of_the_peer(lab):
    a, b = lab.running_vrrp_pair()
    begin = lab.just_after_advert('a')
    paused(lab, a, 2.5 * A)
    lab.sleep(2 * A)
    late = {d.name: d.instance()['late_adverts'] for d in (a, b)}
    lab.equal('late adverts', late, {'a': 0, 'b': 1})
    worst = a.instance()['timer_lateness']['worst']
    lab.at_least('worst of A', worst, 1.4 * A)
    lab.at_most('worst of A', worst, 2.5 * A + E)
    lab.at_most('worst of B', b.instance()['timer_lateness']['worst'], E)
    lab.check(lines_with(a, 'this process stood still') and lines_with(b, 'advert of peer'), 'both say so')
    paused(lab, b, 2.5 * A)
    lab.sleep(2 * A)
    lab.equal('late adverts of B still', b.instance()['late_adverts'], 1)
    lab.at_least('worst of B', b.instance()['timer_lateness']['worst'], 1.4 * A)
    lab.figure('timers of B', ' '.join(f'{k} {v}' for k, v in b.instance()['timer_lateness'].items()))
    lab.still_owner('a', begin)
