# SPDX-License-Identifier: Apache-2.0
"""A child dies, is stopped, or loses what it had in the kernel: its successor goes on as if nothing had happened."""
import os
import signal

from lab import A, BOTH, E, PRIORITY, VIP, case, down

D = down(PRIORITY['b'])


@case('vrrp')
def vrrp_child_killed_the_vip_stays_and_the_peer_does_not_move(lab):
    a, b = lab.running_vrrp_pair()
    begin = lab.just_after_advert('a')
    killed = a.kill_child('vrrp')
    successor = lab.until(lambda: a.child('vrrp') not in (None, killed) and a.child('vrrp'), 5, 'a new vrrp child')
    lab.check(successor != killed, 'the child is another process')
    lab.sleep(D + E)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.at_most('client outage', lab.pinger.outage(begin, lab.now - 0.2), 0.1)
    lab.equal('restarts told by keepctl', next(p['restarts'] for p in a.status()['processes'] if p['role'] == 'vrrp'), 1)


@case('vrrp', daemons=BOTH)
def vrrp_child_of_the_backup_killed_it_does_not_move(lab):
    a, b = lab.running_vrrp_pair()
    begin = lab.now
    b.kill_child('vrrp')
    lab.sleep(2 * D)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)


@case('vrrp', seconds=300)                      # the pauses before a start add up to 150 s
def ten_kills_in_a_row_never_leave_two_owners(lab):
    a, b = lab.running_vrrp_pair()
    begin = lab.now
    for _ in range(10):
        lab.until(lambda: a.child('vrrp'), 40, 'a vrrp child to kill')
        a.kill_child('vrrp')
        lab.sleep(0.3)
    lab.sleep(D + E)
    moved = lab.observer.acquired('b', begin)
    if moved is None:
        lab.figure('the peer', 'did not move')
    else:
        lab.figure('the peer moved after', f'{moved - begin:.3f} s')
        lab.at_most('two owners once the peer has moved', lab.observer.longest(2, moved, lab.now), E)
    lab.until(lambda: len(lab.observer.owners()) == 1, 2 * D, 'one owner in the end')
    settled = lab.now
    lab.until(lambda: a.child('vrrp'), 40, 'a vrrp child in the end')
    lab.sleep(D + E)
    lab.equal('owners', len(lab.observer.owners()), 1)
    lab.never_two_owners(settled)
    lab.at_most('client outage', lab.pinger.outage(begin, lab.now - 0.2), D + E)


@case('vrrp')
def vip_deleted_by_hand_is_back_at_once_with_announcements(lab):
    a, _ = lab.running_vrrp_pair()
    lab.sleep(6)                                # the announcements of the takeover are over
    begin = lab.now
    a.ns.ip(f'addr del {VIP}/32 dev eth0')
    lab.until(lambda: lab.observer.acquired('a', begin), 2, 'A has the VIP again')
    lab.at_most('VIP back', lab.observer.acquired('a', begin) - begin, E)
    lab.sleep(1)
    garps = lab.observer.garps_of('a', begin)
    lab.check(garps, 'it is announced anew')
    lab.at_most('announced', garps[0].time - begin, E)
    lab.advert_gap('a', begin)
    lab.sleep(D)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.equal('owners', lab.observer.owners(), ['a'])


@case('vrrp', daemons=BOTH)
def owner_stopped_for_ten_seconds_leaves_one_owner_when_it_wakes(lab):
    a, b = lab.running_vrrp_pair()
    child = a.need_child('vrrp')
    last = lab.just_after_advert('a')
    os.kill(child, signal.SIGSTOP)
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.sleep(10 - D)
    begin = lab.now
    os.kill(child, signal.SIGCONT)
    lab.until(lambda: len(lab.observer.owners()) == 1, 5, 'one owner')
    lab.at_most('two owners after it woke', lab.observer.longest(2, begin, lab.now), A + E)
    settled, owner = lab.now, lab.observer.owners()[0]
    lab.figure('the owner then', owner)
    lab.sleep(D + E)
    lab.still_owner(owner, settled)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {owner}, 'and the client reaches that one')


@case('vrrp', daemons=BOTH)
def backup_stopped_for_ten_seconds_does_not_move_when_it_wakes(lab):
    a, b = lab.running_vrrp_pair()
    begin = lab.now
    child = b.need_child('vrrp')
    os.kill(child, signal.SIGSTOP)
    lab.sleep(10)
    os.kill(child, signal.SIGCONT)
    lab.sleep(D + E)
    lab.still_owner('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
