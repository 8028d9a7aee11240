# SPDX-License-Identifier: Apache-2.0
"""Version 3 of the protocol (RFC 9568): intervals of hundredths of a second, taken over from the active one."""
import signal

import config
from cases_election import tshark_agrees
from lab import E, PRIORITY, VIP, Timing, case

TENTH, SECOND = Timing(3, 0.1), Timing(3, 1)
SETTLE = 0.5


def version_3(timing):
    return lambda text: config.version_3(text, timing.interval)


def whole_life(lab, timing):
    """Election, death of the owner, its return, clean stop of the other one."""
    a, b = lab.vrrp_pair(version_3(timing))
    begin = lab.now
    a.start()
    b.start()
    lab.wait_owner('a', timing.down(PRIORITY['a']) + 5)
    lab.at_least('owner after start', lab.observer.acquired('a', begin) - begin, timing.down(PRIORITY['a']) - 0.01)
    lab.sleep(timing.down(PRIORITY['b']) + SETTLE)
    lab.check(lab.observer.acquired('b', begin) is None, 'B never owned the VIP')

    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), timing.down(PRIORITY['b']) + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, timing.down(PRIORITY['b']) + E)
    lab.at_least('takeover', lab.observer.acquired('b', last) - last, timing.down(PRIORITY['b']) - 0.01)
    lab.sleep(SETTLE)
    lab.at_most('client outage', lab.pinger.outage(last - 0.2, lab.now - 0.1), timing.down(PRIORITY['b']) + E)

    a.ns.ip(f'addr flush to {VIP} dev eth0')    # a director that boots has no VIP
    lab.network.plug('a')
    begin = lab.now
    a.start()
    lab.sleep(timing.down(PRIORITY['a']) + SETTLE)
    lab.still_owner('b', begin)                 # nopreempt

    lab.just_after_advert('b')
    begin = lab.now
    b.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['a'], timing.down(PRIORITY['a']) + 5, 'A alone owns the VIP')
    lab.at_most('handed over', lab.observer.acquired('a', begin) - begin, timing.skew(PRIORITY['a']) + E)
    lab.equal('exit status', b.wait(5), 0)
    lab.never_two_owners(begin - 0.2)
    settled = lab.now
    lab.sleep(5 * timing.interval)
    lab.still_owner('a', settled)
    lab.at_most('advert gap', lab.observer.longest_gap('a', settled, lab.now), 1.5 * timing.interval + 0.02)
    errors = {cause: n for cause, n in a.instance()['errors'].items() if n}
    lab.equal('adverts not as they should be', errors, {})
    tshark_agrees(lab, timing)


@case('vrrp')
def pair_of_version_3_at_a_tenth_of_a_second_lives_by_the_timers_of_the_protocol(lab):
    whole_life(lab, TENTH)


@case('vrrp')
def pair_of_version_3_at_one_second_lives_by_the_timers_of_the_protocol(lab):
    whole_life(lab, SECOND)


def pair_with_intervals(lab, a_timing, b_timing):
    a, b = lab.build()
    for director, timing in ((a, a_timing), (b, b_timing)):
        director.configure(version_3(timing)(config.vrrp_only(config.load(director.name))))
        director.start()
    lab.wait_owner('a', SECOND.down(PRIORITY['a']) + 5)
    lab.sleep(1.5)
    return a, b


@case('vrrp')
def backup_takes_the_interval_of_a_faster_active_one(lab):
    a, b = pair_with_intervals(lab, TENTH, SECOND)
    seen = b.instance()
    lab.equal('interval of A, as B sees it', seen['peer_interval'], TENTH.interval)
    lab.check(seen['errors']['interval_adopted'], 'B counts that it is not its own')
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, TENTH.down(PRIORITY['b']) + E)
    lab.sleep(2)
    lab.at_least('gap of its own adverts', lab.observer.longest_gap('b', last + 1, lab.now), SECOND.interval - 0.1)


@case('vrrp')
def backup_takes_the_interval_of_a_slower_active_one(lab):
    a, b = lab.build()
    a.configure(version_3(SECOND)(config.vrrp_only(config.load('a'))))
    b.configure(version_3(TENTH)(config.vrrp_only(config.load('b'))))
    a.start()
    lab.wait_owner('a', SECOND.down(PRIORITY['a']) + 5)
    lab.just_after_advert('a')
    lab.sleep(SECOND.interval - 0.3)            # B, which begins with its own interval, hears A in time
    begin = lab.now
    b.start()
    lab.sleep(4)
    lab.still_owner('a', begin)
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), 6, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, SECOND.down(PRIORITY['b']) + E)
    lab.at_least('takeover', lab.observer.acquired('b', last) - last, SECOND.down(PRIORITY['b']) - 0.01)


@case('vrrp')
def both_forms_of_the_checksum_are_accepted_and_the_other_one_is_told(lab):
    a, b = lab.build()
    a.configure(version_3(TENTH)(config.vrrp_only(config.load('a'))))
    b.configure(config.message_sums(version_3(TENTH)(config.vrrp_only(config.load('b')))))
    a.start()
    b.start()
    lab.wait_owner('a', 6)
    lab.sleep(1)
    lab.equal('owners', lab.observer.owners(), ['a'])
    lab.equal('checksum of A, as B sees it', b.instance()['peer_checksum'], 'pseudo-header')
    a.signal(signal.SIGTERM)
    lab.wait_owner('b', 6)
    a.wait(5)
    begin = lab.now
    a.start()
    lab.sleep(1)
    lab.still_owner('b', begin)
    lab.equal('checksum of B, as A sees it', a.instance()['peer_checksum'], 'message')
    lab.check('v3_checksum_as_v2' in a.log() and 'v3_checksum_as_v2' in b.log(), 'both say that the other is different')


@case('vrrp')
def vrrp_child_killed_at_a_tenth_of_a_second_the_other_does_not_move(lab):
    a, b = pair_with_intervals(lab, TENTH, TENTH)
    begin = lab.just_after_advert('a')
    a.kill_child('vrrp')
    lab.sleep(1)
    lab.still_owner('a', begin)
    lab.at_most('advert gap', lab.observer.longest_gap('a', begin, lab.now), TENTH.down(PRIORITY['b']))
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.check(b.instance()['state'] == 'backup', 'B is a backup')
