# SPDX-License-Identifier: Apache-2.0
"""use_vmac with keepalived as the other router, and with many virtual routers."""
import signal

import config
from cases_firewall import mac, ping
from cases_network import isolate
from cases_peer import no_complaint
from cases_vmac import LINK, MAC, Neighbour, addresses, learned, links, stop
from lab import A, E, PRIORITY, VIP, case, down, skew


def reached(lab, name):
    lab.until(lambda: ping(lab.network, 'client', VIP, 0.2), 2, f'the client reaches the address at {name}')
    lab.sleep(0.5)
    lab.equal('answered by', sorted(lab.pinger.answers(lab.now - 0.3, lab.now)), [name])
    lab.equal('the switch reaches the address by', learned(lab), f'p-{name}')


@case('vrrp')
def keepalived_takes_over_the_virtual_mac_from_keepd_and_gives_it_back(lab):
    a, b = lab.running_vrrp_pair(lambda text: config.vmac(config.preempting(text)), {'b': 'keepalived'})
    watch = Neighbour(lab)
    reached(lab, 'a')
    lab.just_after_advert('a')
    begin = lab.now
    stop(lab, a)
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, skew(PRIORITY['b']) + E)
    reached(lab, 'b')
    begin = lab.now
    a.start()
    ready = lab.now
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('given back', lab.observer.acquired('a', begin) - ready, down(PRIORITY['a']) + E)
    lab.never_two_owners(begin, allowed=E)
    settled = lab.now
    reached(lab, 'a')
    lab.sleep(2 * A)
    lab.still_owner('a', settled)
    # keepalived itself asks for its neighbours in the name of the address, with its own MAC address.
    lab.equal('the client has known other addresses than these', set(watch.stop()) - {MAC, mac(b)}, set())
    no_complaint(lab, a, b)


@case('vrrp')
def keepd_takes_over_the_virtual_mac_from_a_dead_keepalived_and_hands_it_back(lab):
    a, b = lab.running_vrrp_pair(config.vmac, {'a': 'keepalived'})
    watch = Neighbour(lab)
    reached(lab, 'a')
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), 8, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, down(PRIORITY['b']) + E)
    reached(lab, 'b')
    a.ns.ip(f'link del {LINK}')                 # a director that boots has none
    lab.network.plug('a')
    begin = lab.now
    a.start()
    lab.sleep(down(PRIORITY['a']) + A)
    lab.still_owner('b', begin)                 # nopreempt
    no_complaint(lab, b)
    begin = lab.now
    stop(lab, b)
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('handed back', lab.observer.acquired('a', begin) - begin, skew(PRIORITY['a']) + E)
    reached(lab, 'a')
    lab.equal('the client has known other addresses than these', set(watch.stop()) - {MAC, mac(a)}, set())


@case('vrrp')
def partition_from_keepalived_with_the_same_mac_address_heals_to_one_owner(lab):
    a, b = lab.running_vrrp_pair(config.vmac, {'b': 'keepalived'})
    isolate(lab, True)
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], down(PRIORITY['b']) + 5, 'both own the VIP')
    lab.sleep(2)
    heal = lab.now
    isolate(lab, False)
    lab.until(lambda: lab.observer.owners() == ['a'], 5, 'A alone owns the VIP')
    lab.at_most('two owners after it healed', lab.observer.lost('b', heal) - heal, A + E)
    reached(lab, 'a')


@case('vrrp')
def link_that_keepalived_left_behind_is_taken_over(lab):
    a, = lab.build(directors=('a',))
    a.configure(config.vmac(config.vrrp_only(config.load('a'))))
    keepalived = type(a)(lab.network, 'a', 'keepalived', a.bindir, lab.logdir)
    keepalived.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    number = links(a)[LINK]['ifindex']
    keepalived.kill_everything()
    lab.equal('it is left behind, with', addresses(a, LINK), [VIP])
    a.start()
    lab.until(lambda: addresses(a, LINK) == [], 2, 'a backup has no address')
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.equal('it is the same link', links(a)[LINK]['ifindex'] == number, True)
    stop(lab, a)
    lab.equal('links', sorted(links(a)), ['eth0', 'lo'])


def many(text, count):
    """COUNT virtual routers on the interface, each with an address and a MAC address of its own."""
    model = config.block(text, 'vrrp_instance')
    instances = []
    for n in range(count):
        one = config.edit(model, r'virtual_router_id \d+', f'virtual_router_id {51 + n}')
        one = config.edit(one, 'VI_1', f'VI_{n}')
        instances.append(config.edit(one, r'192\.168\.0\.200/32 dev eth0', f'192.168.0.{101 + n}'
                                     if n else '192.168.0.200'))
    return config.in_instance(config.without(text, 'vrrp_instance') + '\n'.join(instances), 'use_vmac')


@case('vrrp', seconds=120)
def hundred_virtual_mac_addresses_start_and_move(lab):
    count = 100
    a, b = lab.vrrp_pair(lambda text: many(text, count))
    begin = lab.now
    a.start()
    lab.until(lambda: len([n for n in links(a) if n.startswith('vrrp')]) == count, 10, 'all links')
    lab.at_most('start of A until all its links are there', lab.now - begin, 2)
    b.start()
    lab.until(lambda: all(i['state'] == 'active' for i in a.status()['instances']), down(PRIORITY['a']) + 10,
              'all of A are active')
    lab.sleep(3)
    last = lab.just_after_advert('a')
    begin = lab.now
    a.kill_everything()
    lab.network.unplug('a')
    lab.until(lambda: all(i['state'] == 'active' for i in b.status()['instances']), down(PRIORITY['b']) + 10,
              'all of B are active')
    lab.at_most('takeover of the first, which is measured', lab.observer.acquired('b', last) - last,
                down(PRIORITY['b']) + A + E)
    adverts = [x for x in lab.observer.adverts_of('b', begin)]
    first = {}
    for x in adverts:
        first.setdefault(x.vrid, x.time)
    lab.equal('virtual routers that advertise', len(first), count)
    lab.at_most('from the first advert of B to the last one', max(first.values()) - min(first.values()), A + E)
    settled = lab.now
    lab.sleep(4)
    gaps = []
    for vrid in first:
        times = [x.time for x in lab.observer.adverts_of('b', settled) if x.vrid == vrid]
        gaps.append(max([t - s for s, t in zip(times, times[1:])], default=2 * A))
    lab.at_most('longest gap between adverts of one', max(gaps), 1.5 * A)
    begin = lab.now
    b.signal(signal.SIGTERM)
    lab.equal('exit status', b.wait(20), 0)
    lab.at_most('stop of B with 100 links', lab.now - begin, 1)
    lab.equal('links of B then', sorted(links(b)), ['eth0', 'lo'])
