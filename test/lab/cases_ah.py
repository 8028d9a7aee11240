# SPDX-License-Identifier: Apache-2.0
"""Adverts with authentication headers (auth_type AH), with keepalived as the other one, and old ones sent again."""
import signal
import socket

import config
import wire
from lab import A, E, PRIORITY, V2, VIP, case, down


def secret(text):
    return config.signed(text, 'secret12')


def all_signed(lab):
    """Every advert on the wire has the header, and is right inside."""
    for stamp, port, frame in lab.observer.frames:
        seen = wire.decode(stamp, port, frame)
        if isinstance(seen, wire.Advert):
            lab.check(frame[23] == wire.PROTO_AH and seen.checksum_ok, f'a signed advert: {seen}')
    lab.figure('signed adverts', len(lab.observer.adverts))


def errors(director):
    return {cause: n for cause, n in director.instance()['errors'].items() if n}


@case('vrrp', seconds=90)
def keepalived_takes_over_from_keepd_and_gives_back_to_it_with_ah(lab):
    a, b = lab.running_vrrp_pair(lambda text: config.preempting(secret(text)), {'b': 'keepalived'})
    lab.just_after_advert('a')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, V2.skew(PRIORITY['b']) + E)
    a.wait(5)
    lab.sleep(A)
    begin = lab.now
    a.start()
    lab.until(lambda: lab.observer.owners() == ['a'], 10, 'A alone owns the VIP')
    lab.never_two_owners(begin, allowed=E)
    settled = lab.now
    lab.sleep(3 * A)
    lab.still_owner('a', settled)
    all_signed(lab)
    lab.equal('errors of A', errors(a), {})
    lines = [line for line in b.log().splitlines() if 'IPSEC' in line or 'nvalid' in line]
    lab.check(not lines, f'keepalived has no complaint: {lines}')


@case('vrrp', seconds=90)
def keepd_takes_over_from_a_dead_keepalived_with_ah(lab):
    a, b = lab.running_vrrp_pair(secret, {'a': 'keepalived'})
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
    begin = lab.now
    b.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('handed back', lab.observer.acquired('a', begin) - begin, V2.skew(PRIORITY['a']) + E)
    all_signed(lab)


@case('vrrp', seconds=90)
def keepalived_that_begins_anew_is_believed(lab):
    """It counts from 1 again. Where it comes back at once, both are active until it is believed."""
    a, b = lab.running_vrrp_pair(lambda text: config.preempting(secret(text)), {'a': 'keepalived'})
    lab.sleep(4 * A)
    a.kill_everything()
    begin = lab.now
    lab.sleep(0.5)                              # for keepalived 2.2.7 to see that its other self is dead
    a.start()
    lab.sleep(3 * down(PRIORITY['a']))
    lab.equal('owners', lab.observer.owners(), ['a'])
    lab.at_most('two owners', lab.observer.longest(2, begin, lab.now), 4 * A)


@case('vrrp')
def with_another_password_both_are_active_and_say_why_with_ah(lab):
    a, b = lab.build()
    texts = {d.name: config.vrrp_only(config.load(d.name)) for d in (a, b)}
    a.configure(config.signed(texts['a'], '1111'))
    b.configure(config.signed(texts['b'], '2222'))
    a.start()
    b.start()
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], down(PRIORITY['b']) + 5, 'both own the VIP')
    lab.until(lambda: list(errors(a)) == ['signature'], 3, f'A counts it: {errors(a)}')
    lab.check('both may become active' in a.log(), 'and says what comes of it')


@case('vrrp')
def old_adverts_sent_again_hold_nobody_off(lab):
    """The last advert of A, over and over after it has died: without signatures B would never take over."""
    a, b = lab.running_vrrp_pair(secret)
    last = lab.just_after_advert('a')
    captured = [frame for _, port, frame in lab.observer.frames
                if port == 'a' and isinstance(wire.decode(0, port, frame), wire.Advert)][-1]
    lab.network.unplug('a')
    a.kill_everything()
    client = lab.network.host['client'].call(packet_socket)
    sent = 0
    while lab.now < last + down(PRIORITY['b']) + 3:
        client.send(captured)
        sent += 1
        lab.sleep(0.2)
    lab.check('b' in lab.observer.owners(), 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, down(PRIORITY['b']) + E)
    lab.equal('B', b.instance()['state'], 'active')
    lab.at_least('counted', b.instance()['errors']['replay'], sent - 2, f'of {sent}')


def packet_socket():
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind(('eth0', 0))
    return s


@case('vrrp')
def process_that_goes_on_goes_on_with_the_numbers(lab):
    a, b = lab.running_vrrp_pair(secret)
    begin = lab.just_after_advert('a')
    a.kill_child('vrrp')
    lab.sleep(down(PRIORITY['b']) + E)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('errors of B', errors(b), {})
