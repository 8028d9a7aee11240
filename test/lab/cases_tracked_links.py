# SPDX-License-Identifier: Apache-2.0
"""When a link counts as down, and when it does not matter; the source address that has to be there."""
from cases_tracking import SPARE, on_a, pair_with_spare, tracked
from lab import A, E, PRIORITY, case, down, skew

DELAY_DOWN, DELAY_UP = 1.5, 1.0
FLAPS = 20


def delayed(interface, change):
    """Director A waits before it believes in a change of that link."""
    def both(text):
        text = change(text)
        if 'priority 150' not in text:
            return text
        return f'interface_up_down_delays {{\n    {interface} {DELAY_DOWN} {DELAY_UP}\n}}\n' + text
    return both


@case('vrrp', seconds=90)
def link_flaps_that_are_shorter_than_the_delay_move_nothing(lab):
    a, _ = lab.running_vrrp_pair(delayed('eth0', on_a()))
    begin = lab.now
    for _ in range(FLAPS):
        lab.network.unplug('a')
        lab.sleep(0.05)
        lab.network.plug('a')
        lab.sleep(0.05)
    lab.sleep(2 * A)
    lab.equal(f'transitions in {FLAPS} flaps', a.instance()['transitions'], 2)
    lab.still_owner('a', begin)
    begin = lab.now
    lab.network.unplug('a')
    lab.until(lambda: a.instance()['state'] == 'fault', 5, 'A is in fault')
    lab.at_least('fault after', lab.now - begin, DELAY_DOWN)
    lab.at_most('fault after', lab.now - begin, DELAY_DOWN + E)
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    begin = lab.now
    lab.network.plug('a')
    lab.until(lambda: a.instance()['state'] != 'fault', 5, 'A takes part again')
    lab.at_least('takes part again after', lab.now - begin, DELAY_UP)
    lab.at_most('takes part again after', lab.now - begin, DELAY_UP + E)
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')


@case('vrrp')
def flaps_of_a_tracked_link_that_are_shorter_than_the_delay_move_nothing(lab):
    a, _ = pair_with_spare(lab, delayed(SPARE, tracked()))
    begin = lab.now
    for _ in range(FLAPS):
        a.ns.ip(f'link set {SPARE}-peer down', f'link set {SPARE}-peer up')
    lab.sleep(2 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    begin = lab.now
    a.ns.ip(f'link set {SPARE}-peer down')
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, DELAY_DOWN + skew(PRIORITY['b']) + E)
    lab.at_least('takeover', lab.observer.acquired('b', begin) - begin, DELAY_DOWN)


@case('vrrp')
def own_link_that_is_not_tracked_may_go_down(lab):
    a, _ = lab.running_vrrp_pair(on_a('dont_track_primary'))
    lab.network.unplug('a')
    lab.sleep(down(PRIORITY['b']) + 1)
    lab.equal('state of A without its link', a.instance()['state'], 'active')
    lab.check('b' in lab.observer.owners(), 'B owns the VIP, too')
    lab.network.plug('a')
    lab.until(lambda: lab.observer.owners() == ['a'], 3 * A, 'A alone owns the VIP')


@case('vrrp')
def source_address_that_goes_is_a_fault_where_it_is_tracked(lab):
    source = '192.168.0.99'
    a, b = lab.vrrp_pair(on_a(f'mcast_src_ip {source}', 'track_src_ip'))
    a.ns.ip(f'addr add {source}/32 dev lo')
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    begin = lab.now
    a.ns.ip(f'addr del {source}/32 dev lo')
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, down(PRIORITY['b']) + E)
    instance = a.instance()
    lab.equal('state and reason', [instance['state'], instance['reason_key']], ['fault', 'source-gone'])
    begin = lab.now
    a.ns.ip(f'addr add {source}/32 dev lo')
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('given back', lab.observer.acquired('a', begin) - begin, down(PRIORITY['a']) + E)
