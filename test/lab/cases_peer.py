# SPDX-License-Identifier: Apache-2.0
"""keepalived is the other router: both speak the same VRRP, whoever is active, and neither has a complaint."""
import re
import signal

import config
import wire
from lab import A, E, PRIORITY, V2, VIP, Timing, case, down

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
            length = wire.message_bytes(seen.version, len(seen.addresses))
            message = frame[VRRP_AT:VRRP_AT + length]
            found.add(message[:2] + message[3:6] + message[8:])
    return found


def spoke_alike(lab):
    """Both have advertised, and but for the priority they said the same, byte for byte."""
    a, b = messages(lab, 'a'), messages(lab, 'b')
    lab.equal('different messages of A and B, priority aside', [len(a), len(b), len(a | b)], [1, 1, 1])


def take_over_and_give_back(lab, change, timing):
    """A is keepd, B is keepalived."""
    a, b = lab.running_vrrp_pair(lambda text: change(config.preempting(text)), {'b': 'keepalived'})
    lab.just_after_advert('a')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, timing.skew(PRIORITY['b']) + E)
    lab.equal('exit status', a.wait(5), 0)
    lab.sleep(A)
    begin = lab.now
    a.start()
    ready = lab.now
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('given back', lab.observer.acquired('a', begin) - ready, timing.down(PRIORITY['a']) + E)
    lab.never_two_owners(begin, allowed=E)
    settled = lab.now
    lab.sleep(2 * A)
    lab.still_owner('a', settled)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'a'}, 'A answers the client')
    spoke_alike(lab)
    no_complaint(lab, a, b)


def take_over_from_the_dead_and_hand_back(lab, change, timing):
    """A is keepalived, B is keepd."""
    a, b = lab.running_vrrp_pair(change, {'a': 'keepalived'})
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), 8, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, timing.down(PRIORITY['b']) + E)
    a.ns.ip(f'addr flush to {VIP} dev eth0')    # a director that boots has no VIP
    lab.network.plug('a')
    begin = lab.now
    a.start()
    lab.sleep(timing.down(PRIORITY['a']) + A)
    lab.still_owner('b', begin)                 # nopreempt
    spoke_alike(lab)
    no_complaint(lab, a, b)
    begin = lab.now
    b.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('handed back', lab.observer.acquired('a', begin) - begin, timing.skew(PRIORITY['a']) + E)
    lab.equal('exit status', b.wait(5), 0)


def same(text):
    return text


def fast(text):
    return config.version_3(text, 0.1)


def secret(text):
    return config.password(text, 'secret12')


FAST = Timing(3, 0.1)


@case('vrrp')
def keepalived_takes_over_from_keepd_and_gives_back_to_it(lab):
    take_over_and_give_back(lab, same, V2)


@case('vrrp')
def keepd_takes_over_from_a_dead_keepalived_and_hands_back(lab):
    take_over_from_the_dead_and_hand_back(lab, same, V2)


@case('vrrp')
def keepalived_takes_over_from_keepd_and_gives_back_to_it_in_version_3(lab):
    take_over_and_give_back(lab, fast, FAST)


@case('vrrp')
def keepd_takes_over_from_a_dead_keepalived_and_hands_back_in_version_3(lab):
    take_over_from_the_dead_and_hand_back(lab, fast, FAST)


@case('vrrp')
def keepalived_takes_over_from_keepd_and_gives_back_to_it_with_a_password(lab):
    take_over_and_give_back(lab, secret, V2)


@case('vrrp')
def keepd_takes_over_from_a_dead_keepalived_and_hands_back_with_a_password(lab):
    take_over_from_the_dead_and_hand_back(lab, secret, V2)


def both_are_active(lab, a, cause):
    """As they do not understand one another; A, which is keepd, says why."""
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], down(PRIORITY['b']) + 5, 'both own the VIP')
    lab.until(lambda: a.instance()['errors'][cause], 5, f'A counts adverts of B: {cause}')
    errors = {c: n for c, n in a.instance()['errors'].items() if n}
    lab.check(list(errors) == [cause], f'A counts nothing else: {errors}')
    lab.check('both may become active' in a.log() or cause != 'password', 'A says what will come of it')


@case('vrrp')
def with_another_password_both_are_active_until_it_is_put_right(lab):
    a, b = lab.build(kinds={'b': 'keepalived'})
    texts = {d.name: config.vrrp_only(config.load(d.name)) for d in (a, b)}
    a.configure(config.password(texts['a'], '1111'))
    b.configure(config.password(texts['b'], '2222'))
    a.start()
    b.start()
    both_are_active(lab, a, 'password')
    a.configure(config.password(texts['a'], '2222'))
    begin = lab.now
    lab.check(a.reload().returncode == 0, 'A takes the password of B')
    lab.until(lambda: lab.observer.owners() == ['a'], 5, 'A alone owns the VIP')
    lab.at_most('two owners after the reload', lab.observer.lost('b', begin) - begin, A + E)
    settled = lab.now
    lab.sleep(down(PRIORITY['b']) + E)
    lab.still_owner('a', settled)


@case('vrrp')
def without_a_password_both_are_active(lab):
    a, b = lab.build(kinds={'b': 'keepalived'})
    texts = {d.name: config.vrrp_only(config.load(d.name)) for d in (a, b)}
    a.configure(texts['a'])
    b.configure(secret(texts['b']))
    a.start()
    b.start()
    both_are_active(lab, a, 'auth_type')


@case('vrrp')
def with_another_version_both_are_active(lab):
    a, b = lab.build(kinds={'b': 'keepalived'})
    texts = {d.name: config.vrrp_only(config.load(d.name)) for d in (a, b)}
    a.configure(config.version_3(texts['a'], 1))
    b.configure(texts['b'])
    a.start()
    b.start()
    both_are_active(lab, a, 'version')


@case('vrrp')
def keepalived_2_2_does_not_hear_checksums_without_pseudo_header_and_keepd_says_so(lab):
    a, b = lab.build(kinds={'b': 'keepalived'})
    texts = {d.name: fast(config.vrrp_only(config.load(d.name))) for d in (a, b)}
    a.configure(config.message_sums(texts['a']))
    b.configure(texts['b'])
    a.start()
    b.start()
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], 5, 'both own the VIP')
    lab.until(lambda: 'v3_checksum_as_v2' in a.log(), 1, 'A says why')
    a.configure(texts['a'])
    begin = lab.now
    lab.check(a.reload().returncode == 0, 'A takes the checksum of B')
    lab.until(lambda: lab.observer.owners() == ['a'], 5, 'A alone owns the VIP')
    lab.at_most('two owners after the reload', lab.observer.lost('b', begin) - begin, FAST.interval + E)


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
