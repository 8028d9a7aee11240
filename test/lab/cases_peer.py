# SPDX-License-Identifier: Apache-2.0
"""keepalived is the other router: both speak the same VRRP, whoever is active, and neither has a complaint."""
import re
import signal

import config
import wire
from lab import A, E, PRIORITY, VIP, case, down, skew

COMPLAINT = re.compile(r'invalid|checksum|mismatch|dropping|expected|malformed|inconsistent|error|advert from \S+:',
                       re.I)
VRRP_AT = 34                                    # Ethernet and an IP header without options


def no_complaint(lab, *directors):
    for director in directors:
        lines = [line for line in director.log().splitlines() if COMPLAINT.search(line)]
        lab.check(not lines, f'the {director.kind} of {director.name} has no complaint: {lines}')
        if director.kind == 'keepd':
            errors = {cause: n for cause, n in director.instance()['errors'].items() if n}
            lab.equal('adverts not as they should be', errors, {})


def messages(lab, name):
    """The different VRRP messages of a director with a priority above 0, without priority and checksum."""
    found = set()
    for stamp, port, frame in lab.observer.frames:
        seen = wire.decode(stamp, port, frame)
        if port == name and isinstance(seen, wire.Advert) and seen.priority > 0:
            lab.check(seen.ttl == 255 and seen.checksum_ok, f'a right advert: {seen}')
            length = 8 + 4 * len(seen.addresses) + 8
            message = frame[VRRP_AT:VRRP_AT + length]
            found.add(message[:2] + message[3:6] + message[8:])
    return found


def spoke_alike(lab):
    """Both have advertised, and but for the priority they said the same, byte for byte."""
    a, b = messages(lab, 'a'), messages(lab, 'b')
    lab.equal('different messages of A and B, priority aside', [len(a), len(b), len(a | b)], [1, 1, 1])


@case('vrrp')
def keepalived_takes_over_from_keepd_and_gives_back_to_it(lab):
    a, b = lab.running_vrrp_pair(config.preempting, {'b': 'keepalived'})
    lab.just_after_advert('a')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, skew(PRIORITY['b']) + E)
    lab.equal('exit status', a.wait(5), 0)
    lab.sleep(A)
    begin = lab.now
    a.start()
    ready = lab.now
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('given back', lab.observer.acquired('a', begin) - ready, down(PRIORITY['a']) + E)
    lab.never_two_owners(begin, allowed=E)
    settled = lab.now
    lab.sleep(2 * A)
    lab.still_owner('a', settled)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'a'}, 'A answers the client')
    spoke_alike(lab)
    no_complaint(lab, a, b)


@case('vrrp')
def keepd_takes_over_from_a_dead_keepalived_and_hands_back(lab):
    a, b = lab.running_vrrp_pair(kinds={'a': 'keepalived'})
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), 8, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, down(PRIORITY['b']) + E)
    a.ns.ip(f'addr flush to {VIP} dev eth0')    # a director that boots has no VIP
    lab.network.plug('a')
    begin = lab.now
    a.start()
    lab.sleep(down(PRIORITY['a']) + A)
    lab.still_owner('b', begin)                 # nopreempt
    spoke_alike(lab)
    no_complaint(lab, a, b)
    begin = lab.now
    b.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('handed back', lab.observer.acquired('a', begin) - begin, skew(PRIORITY['a']) + E)
    lab.equal('exit status', b.wait(5), 0)


@case('vrrp')
def vrrp_child_of_keepd_killed_keepalived_does_not_move(lab):
    a, b = lab.running_vrrp_pair(kinds={'b': 'keepalived'})
    begin = lab.just_after_advert('a')
    a.kill_child('vrrp')
    lab.sleep(down(PRIORITY['b']) + E)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    no_complaint(lab, b)
