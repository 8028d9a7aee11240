# SPDX-License-Identifier: Apache-2.0
"""Many virtual routers, and many addresses: adverts stay on time whatever else is to be done.

Bounds are those of the protocol; how fast it goes beyond them is printed as a figure.
"""
import signal

from cases_network import addresses, cpu_seconds, reload_with
from lab import A, E, PRIORITY, VIP, case, down
from topology import HOSTS

D = down(PRIORITY['b'])
LATE = 1.5 * A
PER_LINK = 255


def device(link):
    return f'eth{link}'


def instance(link, vrid, priority):
    vip = VIP if (link, vrid) == (0, 1) else f'10.{link}.{vrid}.1'
    return (f'vrrp_instance VI_{link}_{vrid} {{\n state BACKUP\n interface {device(link)}\n virtual_router_id {vrid}\n'
            f' priority {priority}\n advert_int 1\n virtual_ipaddress {{\n  {vip}/32\n }}\n}}\n')


def text(count, priority, changed=None):
    """COUNT instances, 255 at most on a link; CHANGED is the (link, vrid) of one with another priority. But for the first,
    the links are silent until somebody is active."""
    places = [(i // PER_LINK, i % PER_LINK + 1) for i in range(count)]
    return 'global_defs {\n vrrp_link_silence 0\n}\n' + ''.join(
        instance(link, vrid, priority - (5 if (link, vrid) == changed else 0)) for link, vrid in places)


def more_links(lab, count):
    """eth1, eth2 ... of both directors, on the same switch: the same VRID is another virtual router on each."""
    for link in range(1, count):
        lab.network.lan.ip(f'link add br{link} type bridge forward_delay 0 mcast_snooping 0', f'link set br{link} up')
        for name in ('a', 'b'):
            port = f'p-{name}{link}'
            lab.network.lan.ip(f'link add {port} type veth peer name {device(link)} netns {name}',
                               f'link set {port} master br{link} up')
            lab.network.host[name].ip(f'addr add 172.16.{link}.{1 if name == "a" else 2}/24 dev {device(link)}',
                                      f'link set {device(link)} up')


def ports(name, links):
    return [name] + [f'{name}{link}' for link in range(1, links)]


def worst_gap(lab, name, links, since, expected):
    """The longest silence of any of a director's virtual routers that spoke at all since then."""
    times = {}
    for port in ports(name, links):
        for advert in lab.observer.adverts_of(port, since):
            if advert.priority:
                times.setdefault((port, advert.vrid), []).append(advert.time)
    lab.check(len(times) >= expected, f'{name} advertises {expected} virtual routers: {len(times)}')
    return max(after - before for all_ in times.values() for before, after in zip(all_, all_[1:]))


def held(director, links):
    return sum(len(addresses(director, device(link))) - 1 for link in range(links))


def spread(lab, name, since):
    """From the first to the last address that came."""
    times = lab.observer.added_since(name, since)
    return times[-1] - times[0]


def many(lab, count):
    links = (count + PER_LINK - 1) // PER_LINK
    a, b = lab.build()
    more_links(lab, links)
    for director in (a, b):
        director.configure(text(count, PRIORITY[director.name]))
    a.start()
    lab.until(lambda: held(a, links) == count, D + 6, f'A has {count} addresses')
    b.start()
    lab.sleep(D + 1)
    begin = lab.now
    lab.sleep(3 * A)
    lab.at_most('advert gap', worst_gap(lab, 'a', links, begin, count), LATE)
    lab.equal('addresses on the backup', held(b, links), 0)

    begin = lab.now
    used = cpu_seconds(a.need_child('vrrp'))
    reload_with(lab, a, text(count, PRIORITY['a']))
    lab.sleep(2 * A)
    reload_with(lab, a, text(count, PRIORITY['a'], changed=(0, 7)))
    lab.sleep(2 * A)
    lab.figure('processor time of two reloads and 4 s of adverts', f'{cpu_seconds(a.need_child("vrrp")) - used:.2f} s')
    lab.at_most('advert gap over reloads', worst_gap(lab, 'a', links, begin - 1.2 * A, count), LATE)
    lab.equal('addresses taken over meanwhile', len(lab.observer.added_since('b', begin)), 0)

    used = cpu_seconds(b.need_child('vrrp'))
    begin = lab.now
    a.kill_everything()
    lab.until(lambda: held(b, links) == count, D + 6, f'B has {count} addresses')
    lab.until(lambda: len(lab.observer.added_since('b', begin)) >= count, 2, 'and all were seen to come')
    lab.at_most('takeover of all', lab.observer.added_since('b', begin)[-1] - begin, D + E)
    lab.figure('first to last address', f'{1000 * spread(lab, "b", begin):.1f} ms')
    lab.sleep(4 * A)
    lab.figure('processor time of the takeover', f'{cpu_seconds(b.need_child("vrrp")) - used:.2f} s')
    lab.at_most('advert gap while announcing', worst_gap(lab, 'b', links, begin, count), LATE)

    b.signal(signal.SIGTERM)
    lab.equal('exit status', b.wait(10), 0)
    lab.equal('addresses left on B', held(b, links), 0)


@case('vrrp', seconds=120)
def two_hundred_and_fifty_five_routers_on_one_link_are_on_time(lab):
    many(lab, PER_LINK)


@case('vrrp', seconds=180)
def a_thousand_routers_on_four_links_are_on_time(lab):
    many(lab, 1000)


@case('vrrp', seconds=150, makes_late=True)      # with ten thousand frames a burst to look at
def takeover_of_255_routers_with_20_addresses_each_delays_no_advert(lab):
    def twenty(priority):
        parts = [instance(0, vrid, priority) for vrid in range(1, PER_LINK + 1)]
        return ''.join(part.replace('\n }\n}', ''.join(f'\n  10.200.{vrid}.{k}/32' for k in range(1, 20)) + '\n }\n}')
                       for vrid, part in enumerate(parts, 1))

    all_ = 20 * PER_LINK
    a, b = lab.build()
    for director in (a, b):
        director.configure(twenty(PRIORITY[director.name]))
    a.start()
    lab.until(lambda: held(a, 1) == all_, D + 8, f'A has {all_} addresses')
    b.start()
    lab.sleep(D + 1)
    last = lab.now
    used = cpu_seconds(b.need_child('vrrp'))
    lab.network.unplug('a')
    lab.until(lambda: held(b, 1) == all_, D + 10, f'B has {all_} addresses')
    lab.until(lambda: len(lab.observer.added_since('b', last)) >= all_, 2, 'and all were seen to come')
    lab.figure('first to last address', f'{1000 * spread(lab, "b", last):.0f} ms')
    lab.until(lambda: len({g.address for g in lab.observer.garps if g.port == 'b'}) == all_, 30, 'all are announced')
    lab.at_most('all announced', lab.now - last, D + E + all_ / 500 + 2)
    lab.sleep(3)
    lab.figure('processor time', f'{cpu_seconds(b.need_child("vrrp")) - used:.2f} s')
    lab.at_most('advert gap while announcing', worst_gap(lab, 'b', 1, last, PER_LINK), LATE)


@case('vrrp', seconds=120)
def two_thousand_addresses_at_a_tenth_of_a_second_delay_no_advert(lab):
    tenth = 0.1
    vips = [VIP + '/32'] + [f'10.{k // 250}.{k % 250 + 1}.9/32' for k in range(199)]
    more = [f'10.100.{k // 250}.{k % 250 + 1}/32' for k in range(1800)]

    def with_priority(priority):
        one = instance(0, 1, priority).replace('advert_int 1', 'version 3\n advert_int 0.1')
        return one.replace(f'{VIP}/32', '\n  '.join(vips)).replace(
            ' virtual_ipaddress {', ' virtual_ipaddress_excluded {\n  ' + '\n  '.join(more) + '\n }\n virtual_ipaddress {')

    a, b = lab.build()
    for director in (a, b):
        director.configure(with_priority(PRIORITY[director.name]))
        director.start()
    lab.until(lambda: held(a, 1) == 2000, 10, 'A has all addresses')
    lab.sleep(2)
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    lab.until(lambda: held(b, 1) == 2000, 10, 'B has all addresses')
    lab.until(lambda: len(lab.observer.added_since('b', last)) >= 2000, 2, 'and all were seen to come')
    due = last + 3 * tenth + tenth * (256 - PRIORITY['b']) / 256
    first = lab.observer.adverts_of('b', last)[0].time
    lab.at_least('first advert after it is due', first - due, -0.01)
    lab.at_most('first advert after it is due', first - due, E)
    lab.figure('first to last address', f'{1000 * spread(lab, "b", last):.1f} ms')
    lab.sleep(12)                               # both bursts, at their pace
    lab.at_most('advert gap while announcing', worst_gap(lab, 'b', 1, last, 1), 1.5 * tenth + 0.05)
    lab.equal('addresses announced', len({g.address for g in lab.observer.garps if g.port == 'b'}), 2000)
    lab.equal('own address still there', HOSTS['b'] + '/24' in addresses(b), True)


@case('vrrp')
def announcements_keep_the_gap_that_is_configured_and_min_garp_sends_one_round(lab):
    vips = [VIP] + [f'10.0.0.{k}' for k in range(1, 5)]
    one = text(1, PRIORITY['a']).replace(f'{VIP}/32', '\n  '.join(f'{vip}/32' for vip in vips))
    a, = lab.build(directors=('a',))
    a.configure('global_defs {\n vrrp_garp_interval 0.2\n vrrp_min_garp\n}\n' + one)
    begin = lab.now
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(7)                                # a second burst would have come
    times = {vip: [g.time for g in lab.observer.garps_of('a', begin, address=vip)] for vip in vips}
    lab.equal('frames for each address', sorted({len(of_one) for of_one in times.values()}), [2])   # request and reply
    firsts = sorted(of_one[0] for of_one in times.values())
    lab.at_least('least gap between addresses', min(y - x for x, y in zip(firsts, firsts[1:])), 0.199)
    lab.at_most('all announced after the first', firsts[-1] - firsts[0], 0.2 * len(vips) + E)
    reload_with(lab, a, 'garp_group {\n garp_interval 0.05\n interface eth0\n}\n' + one.replace('}\n}', ' 10.0.0.9\n }\n}'))
    lab.sleep(1)
    times = [g.time for g in lab.observer.garps_of('a', begin, address='10.0.0.9')][::2]
    lab.equal('rounds of an address that came by a reload', len(times), 5)
    lab.at_least('least gap between its rounds', min(y - x for x, y in zip(times, times[1:])), 0.049)
