# SPDX-License-Identifier: Apache-2.0
"""Who owns the VIP, and how fast: start, loss of a director in every way, and its return."""
import os
import signal
import subprocess
import time

import config
from lab import A, BOTH, E, PRIORITY, V2, VIP, VRID, case, down, skew

D = down(PRIORITY['b'])                         # B takes over
S = skew(PRIORITY['b'])


@case('vrrp', daemons=BOTH)
def start_gives_one_owner_after_the_down_interval(lab):
    a, b = lab.vrrp_pair()
    begin = lab.now
    a.start()
    b.start()
    ready = lab.now
    lab.wait_owner('a', D + 5)
    lab.sleep(D + E)                            # the other would have come up by then
    lab.at_most('owner after ready', lab.observer.acquired('a', begin) - ready, down(PRIORITY['a']) + E)
    lab.at_least('owner after start', lab.observer.acquired('a', begin) - begin, down(PRIORITY['a']) - 0.01)
    lab.equal('owners', lab.observer.owners(), ['a'])
    lab.never_two_owners(begin)
    lab.check(lab.observer.acquired('b', begin) is None, 'B never owned the VIP')

    garps = [g for g in lab.observer.client_garps if g.address == VIP]
    lab.check({g.operation for g in garps} >= {1}, 'the client saw gratuitous ARP')
    lab.figure('gratuitous ARP at the client', len(garps))
    neighbour = lab.network.host['client'].run(['ip', 'neigh', 'show', VIP]).stdout
    link = lab.network.host['a'].run(['ip', '-o', 'link', 'show', 'eth0']).stdout
    lab.check(neighbour.split('lladdr ')[-1].split()[0] in link, f'the client sends to A: {neighbour}')

    lab.check(lab.observer.adverts_of('a', priority=150), 'A advertises with priority 150')
    lab.equal('adverts of B', len(lab.observer.adverts_of('b')), 0)
    tshark_agrees(lab)


def tshark_agrees(lab, timing=V2):
    """Every advert on the wire is a valid packet of that version and interval in the eyes of tshark."""
    path = '/run/lab.pcap'
    before = len(lab.observer.adverts)
    lab.observer.write_pcap(path)
    interval, steps = ('vrrp.adver_int', 1) if timing.version == 2 else ('vrrp.short_adver_int', 100)
    fields = ['ip.src', 'ip.dst', 'ip.ttl', 'eth.dst', 'vrrp.version', 'vrrp.type', 'vrrp.virt_rtr_id', 'vrrp.prio',
              interval, 'vrrp.ip_addr', 'vrrp.checksum.status', '_ws.malformed', '_ws.expert.severity']
    done = subprocess.run(['tshark', '-n', '-r', path, '-Y', 'vrrp', '-T', 'fields',
                           *[w for f in fields for w in ('-e', f)]],
                          capture_output=True, text=True, timeout=60, check=True)
    rows = [dict(zip(fields, line.split('\t'))) for line in done.stdout.splitlines()]
    lab.check(len(rows) >= max(before, 3), f'tshark saw every advert: {len(rows)} of {before}')
    for row in rows:
        good = (row['ip.dst'] == '224.0.0.18' and row['ip.ttl'] == '255' and row['eth.dst'] == '01:00:5e:00:00:12'
                and row['vrrp.version'] == str(timing.version) and row['vrrp.type'] == '1' and row['vrrp.virt_rtr_id'] == str(VRID)
                and row[interval] == str(round(timing.interval * steps)) and row['vrrp.ip_addr'] == VIP
                and row['vrrp.checksum.status'] == '1' and not row['_ws.malformed'])
        lab.check(good, f'tshark calls this advert valid: {row}')
    lab.figure('adverts valid for tshark', f'{len(rows)} of {len(rows)}')


@case('vrrp', daemons=BOTH)
def power_cut_of_the_owner_costs_one_down_interval(lab):
    a, _ = lab.running_vrrp_pair()
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.sleep(1.5)
    outage = lab.pinger.outage(last - 0.5, lab.now - 0.2)
    lab.at_most('client outage', outage, D + E)
    lab.at_least('client outage', outage, D - 0.05)     # earlier would be a takeover without cause
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'b'}, 'B answers the client')


@case('vrrp')
def killed_as_a_whole_the_other_takes_over_and_withdraw_cleans_up(lab):
    a, b = lab.running_vrrp_pair()
    last = lab.just_after_advert('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.equal('owners by address', sorted(lab.observer.owners()), ['a', 'b'])
    lab.sleep(0.5)
    begin = lab.now
    done = a.withdraw()
    lab.equal('exit of keepd --withdraw', done.returncode, 0)
    lab.check(lab.observer.owners() == ['b'], f'B alone owns the VIP: {done.stdout.strip()}')
    lab.at_most('one owner after withdraw', lab.observer.lost('a', begin) - begin, E)
    since = lab.now
    lab.sleep(1.5 * A)
    lab.still_owner('b', since)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'b'}, 'B answers the client')


@case('vrrp', daemons=BOTH)
def killed_as_a_whole_a_restart_leaves_one_owner(lab):
    a, _ = lab.running_vrrp_pair()
    last = lab.just_after_advert('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.sleep(0.5)
    lab.equal('owners by address', sorted(lab.observer.owners()), ['a', 'b'])
    begin = lab.now
    a.start()
    lab.until(lambda: lab.observer.owners() == ['b'], D + 5, 'B alone owns the VIP')
    lab.at_most('one owner after restart', lab.observer.lost('a', begin) - begin, E)
    settled = lab.now
    lab.sleep(D + E)
    lab.still_owner('b', settled)
    lab.equal('adverts of the one that came back', len(lab.observer.adverts_of('a', begin)), 0)


@case('vrrp', daemons=BOTH)
def clean_stop_hands_over_within_the_skew(lab):
    a, b = lab.running_vrrp_pair()
    lab.just_after_advert('a')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['b'], D + 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, S + E)
    lab.equal('exit status', a.wait(5), 0)
    lab.equal('priority 0 adverts', len(lab.observer.adverts_of('a', begin, priority=0)) > 0, True)
    lab.check(not a.processes(), f'nothing of A runs on: {a.processes()}')
    lab.sleep(0.5)
    lab.at_most('client outage', lab.pinger.outage(begin - 0.5, lab.now - 0.2), S + E)
    if lab.kind == 'keepd':
        lab.never_two_owners(begin - 0.5)


@case('vrrp')
def parent_killed_the_children_hand_over_and_leave(lab):
    a, _ = lab.running_vrrp_pair()
    lab.just_after_advert('a')
    begin = lab.now
    os.kill(a.process.pid, signal.SIGKILL)
    lab.until(lambda: lab.observer.owners() == ['b'], D + 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, S + E)
    lab.at_most('all processes gone', lab.until(lambda: not a.processes() and lab.now, 5, 'no process left') - begin, 1.0)
    lab.sleep(0.5)
    lab.at_most('client outage', lab.pinger.outage(begin - 0.5, lab.now - 0.2), S + E)


def dead_one_comes_back(lab, change):
    """A dies with its power, B takes over, A is plugged in and started again."""
    a, _ = lab.running_vrrp_pair(change)
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.sleep(A)
    a.ns.ip(f'addr flush to {VIP} dev eth0')    # a director that boots has no VIP
    lab.network.plug('a')
    lab.sleep(0.5)
    begin = lab.now
    a.start()
    return a, begin


@case('vrrp', daemons=BOTH)
def dead_one_comes_back_and_does_not_fail_back_with_nopreempt(lab):
    _, begin = dead_one_comes_back(lab, lambda text: text)
    lab.sleep(D + 2 * A)
    lab.still_owner('b', begin)
    lab.equal('adverts of A', len(lab.observer.adverts_of('a', begin)), 0)
    lab.at_most('client outage', lab.pinger.outage(begin, lab.now - 0.2), 0.1)


@case('vrrp', daemons=BOTH)
def dead_one_comes_back_and_fails_back_without_nopreempt(lab):
    _, begin = dead_one_comes_back(lab, config.preempting)
    ready = lab.now
    lab.until(lambda: lab.observer.owners() == ['a'], D + 5, 'A alone owns the VIP')
    lab.at_most('fail-back', lab.observer.acquired('a', begin) - ready, down(PRIORITY['a']) + E)
    lab.at_most('two owners', lab.observer.longest(2, begin, lab.now), E)
    settled = lab.now
    lab.sleep(2 * A)
    lab.still_owner('a', settled)
    lab.at_most('client outage', lab.pinger.outage(begin, lab.now - 0.2), E)


@case('vrrp', daemons=BOTH)
def preempt_delay_comes_before_the_down_interval(lab):
    _, begin = dead_one_comes_back(lab, lambda text: config.preempt_delay(text, 4))
    ready = lab.now
    lab.until(lambda: lab.observer.owners() == ['a'], 4 + D + 5, 'A alone owns the VIP')
    # It counts from an advert of B; the down interval counts from the last advert that is within the delay.
    lab.at_most('fail-back', lab.observer.acquired('a', begin) - ready, A + 4 + down(PRIORITY['a']) + E)
    lab.at_least('fail-back', lab.observer.acquired('a', begin) - begin, 4 - A + down(PRIORITY['a']))
    lab.at_most('two owners', lab.observer.longest(2, begin, lab.now), E)
    settled = lab.now
    lab.sleep(2 * A)
    lab.still_owner('a', settled)


@case('vrrp', daemons=BOTH)
def preempt_delay_does_not_wait_for_a_dead_owner(lab):
    a, begin = dead_one_comes_back(lab, lambda text: config.preempt_delay(text, 100))
    lab.sleep(down(PRIORITY['a']) + 2 * A)
    lab.still_owner('b', begin)
    if lab.kind == 'keepd':
        lab.at_least('delay still to come', a.instance()['preempt_delay_until'] - time.time(), 90)
    last = lab.just_after_advert('b')
    lab.network.unplug('b')
    lab.directors['b'].kill_everything()
    lab.until(lambda: 'a' in lab.observer.owners(), D + 5, 'A owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('a', last) - last, down(PRIORITY['a']) + E)


@case('vrrp', daemons=BOTH)
def link_down_and_up_ends_with_one_owner(lab):
    lab.running_vrrp_pair()
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.sleep(A)
    lab.at_most('client outage', lab.pinger.outage(last - 0.5, lab.now - 0.2), D + E)
    begin = lab.now
    lab.network.plug('a')
    lab.until(lambda: len(lab.observer.owners()) == 1, D + 5, 'one owner')
    lab.at_most('two owners after the link is back', lab.observer.longest(2, begin, lab.now), A + E)
    settled = lab.now
    lab.sleep(D + E)
    lab.still_owner('b', settled)               # nopreempt
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'b'}, 'B answers the client')


@case('vrrp', daemons=BOTH)
def without_a_fault_nothing_changes(lab):
    lab.running_vrrp_pair()
    begin = lab.now
    lab.sleep(10)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.at_least('advert gap', lab.observer.longest_gap('a', begin, lab.now), 0.9 * A)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.at_most('client outage', lab.pinger.outage(begin, lab.now - 0.2), 0.1)
