# SPDX-License-Identifier: Apache-2.0
"""Virtual routers of IPv6 (RFC 9568), alone and beside one of IPv4 with the same number; keepalived as the other one."""
import re
import signal
import socket

import config
import wire
from lab import A, E, PRIORITY, VIP, VRID, Timing, case
from topology import HOSTS6, VIP6, VIP6_LINK

SECOND, TENTH = Timing(3, 1), Timing(3, 0.1)
GROUP6 = 'ff02::12'
DAD = 2.5                                       # a link-local address may take that long to be ready
COMPLAINTS = ('nvalid', 'mismatch', 'malformed', 'inconsistent', 'dropp')


def pair(lab, timing=SECOND, kinds=None, change=lambda text: text):
    """Both directors with the virtual router of IPv6 alone, started, and A owns it."""
    a, b = lab.build(kinds=kinds, vip=VIP6)
    for director in (a, b):
        director.configure(change(config.ipv6(config.vrrp_only(config.load(director.name)), timing.interval)))
        source_is_ready(lab, director)
        director.start()
    lab.wait_owner('a', timing.down(PRIORITY['a']) + DAD + 5)
    lab.sleep(timing.down(PRIORITY['b']) + E)
    lab.equal('owners', lab.observer.owners(), ['a'])
    return a, b


def source_is_ready(lab, director):
    """Duplicate address detection is over: keepalived 2.2.7 does not wait for it, and complains."""
    lab.until(lambda: not director.ns.run(['ip', '-6', 'addr', 'show', 'dev', 'eth0', 'tentative']).stdout, DAD + 2,
              f'{director.name} has a link-local address')


def mac_of(director):
    return re.search(r'link/ether (\S+)', director.ns.run(['ip', 'link', 'show', 'eth0']).stdout).group(1)


def answer_of_a_closed_port():
    """Whoever has the address refuses, by ICMP."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
        s.settimeout(1)
        s.connect((VIP6, 9))
        s.send(b'?')
        try:
            return s.recv(1)
        except ConnectionRefusedError:
            return 'refused'


def client_reaches(lab, name):
    """The client gets an answer from the VIP, and its kernel knows the MAC of that director for it."""
    client = lab.network.host['client']
    lab.equal('the client asks the VIP', client.call(answer_of_a_closed_port), 'refused')
    neighbour = client.run(['ip', '-6', 'neigh', 'show', VIP6]).stdout
    lab.check(mac_of(lab.directors[name]) in neighbour, f'the client knows {name}: {neighbour}')


def adverts_are_right(lab):
    for seen in lab.observer.adverts:
        good = (seen.checksum_ok and seen.ttl == 255 and seen.version == 3 and seen.src.startswith('fe80::')
                and seen.addresses == (VIP6_LINK, VIP6))
        lab.check(good, f'a right advert of IPv6: {seen}')
    lab.figure('right adverts over IPv6', len(lab.observer.adverts))


def no_complaint(lab):
    for director in lab.directors.values():
        if director.kind == 'keepd':
            lab.equal(f'errors of {director.name}', {c: n for c, n in director.instance()['errors'].items() if n}, {})
        lines = [line for line in director.log().splitlines() if any(word in line for word in COMPLAINTS)]
        lab.check(not lines, f'the {director.kind} of {director.name} has no complaint: {lines}')


def announced(lab, name, since):
    """Each address by unsolicited neighbour advertisements, with the MAC of the director."""
    mac = mac_of(lab.directors[name])
    for address in (VIP6, VIP6_LINK):
        seen = lab.observer.garps_of(name, since, address=address)
        lab.check(len(seen) >= 5 and {g.mac for g in seen} == {mac}, f'{name} announces {address}: {seen}')
        lab.equal('announced as', sorted({g.operation for g in seen}), ['host'])
    lab.figure('neighbour advertisements', len(lab.observer.garps_of(name, since)))


def take_over_and_give_back(lab, kinds, timing):
    a, b = pair(lab, timing, kinds, config.preempting)
    client_reaches(lab, 'a')
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), timing.down(PRIORITY['b']) + 3, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, timing.down(PRIORITY['b']) + E)
    lab.at_least('takeover', lab.observer.acquired('b', last) - last, timing.down(PRIORITY['b']) - 0.01)
    lab.sleep(0.3)
    client_reaches(lab, 'b')
    announced(lab, 'b', last)
    for address in (VIP6, VIP6_LINK):
        a.ns.run(['ip', 'addr', 'del', f'{address}/128', 'dev', 'eth0'])    # a director that boots has none
    lab.network.plug('a')
    begin = lab.now
    a.start()
    lab.until(lambda: lab.observer.owners() == ['a'], timing.down(PRIORITY['a']) + DAD + 3, 'A owns the VIP again')
    lab.never_two_owners(begin, allowed=E)
    lab.sleep(0.3)
    client_reaches(lab, 'a')
    lab.just_after_advert('a')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B alone owns the VIP')
    lab.at_most('handed over', lab.observer.acquired('b', begin) - begin, timing.skew(PRIORITY['b']) + E)
    lab.equal('exit status', a.wait(5), 0)
    left = a.ns.run(['ip', '-6', 'addr', 'show', 'dev', 'eth0']).stdout
    lab.check(VIP6 not in left and VIP6_LINK not in left, f'A has no virtual address any more: {left}')
    adverts_are_right(lab)


@case('vrrp', seconds=90)
def ipv6_pair_lives_by_the_timers_of_the_protocol(lab):
    take_over_and_give_back(lab, None, TENTH)
    no_complaint_of_b(lab)


def no_complaint_of_b(lab):
    errors = lab.directors['b'].instance()['errors']
    lab.equal('errors of b', {c: n for c, n in errors.items() if n}, {})


@case('vrrp', seconds=90)
def keepalived_takes_over_from_keepd_and_gives_back_to_it_over_ipv6(lab):
    take_over_and_give_back(lab, {'b': 'keepalived'}, TENTH)


@case('vrrp', seconds=90)
def keepd_takes_over_from_a_dead_keepalived_over_ipv6(lab):
    take_over_and_give_back(lab, {'a': 'keepalived'}, SECOND)


@case('vrrp')
def keepd_and_keepalived_have_no_complaint_over_ipv6(lab):
    pair(lab, TENTH, {'b': 'keepalived'})
    lab.sleep(1)
    adverts_are_right(lab)
    no_complaint(lab)


BOTH_FAMILIES = '''
vrrp_instance VI_6 {{
    interface eth0
    virtual_router_id {vrid}
    version 3
    priority {priority}
    advert_int 1
    virtual_ipaddress {{
        {link}
        {vip}
    }}
}}
'''


def with_ipv6_beside(director, priority):
    text = config.vrrp_only(config.load(director))
    return text + BOTH_FAMILIES.format(vrid=VRID, priority=priority, link=VIP6_LINK, vip=VIP6)


def both_families(lab):
    """A has the IPv4 address and B the IPv6 ones of the virtual routers 51."""
    a, b = lab.build(vip=VIP6)
    a.configure(with_ipv6_beside('a', 100))
    b.configure(with_ipv6_beside('b', 150))
    a.start()
    b.start()
    lab.wait_owner('b', SECOND.down(100) + DAD + 5)
    lab.until(lambda: a.instance()['state'] == 'active', 10, 'A is active with IPv4')
    lab.sleep(SECOND.down(100) + E)
    return a, b


def states(director):
    return {i['name']: (i['family'], i['state']) for i in director.status()['instances']}


@case('vrrp')
def routers_of_both_families_share_a_number_on_a_link(lab):
    a, b = both_families(lab)
    lab.equal('A', states(a), {'VI_1': ('inet', 'active'), 'VI_6': ('inet6', 'backup')})
    lab.equal('B', states(b), {'VI_1': ('inet', 'backup'), 'VI_6': ('inet6', 'active')})
    lab.check(VIP in a.ns.run(['ip', 'addr']).stdout, 'A has the IPv4 address')
    for director in (a, b):
        for i in director.status()['instances']:
            lab.check(not any(i['errors'].values()), f'{director.name}: {i["name"]} hears its own peer only: {i}')
    begin = lab.now
    b.kill_child('vrrp')                        # each goes on from its own slot
    lab.sleep(SECOND.down(100) + E)
    lab.still_owner('b', begin)
    lab.equal('B', states(b), {'VI_1': ('inet', 'backup'), 'VI_6': ('inet6', 'active')})
    b.configure(config.edit(with_ipv6_beside('b', 150), 'priority 100', 'priority 101'))
    lab.check(b.reload().returncode == 0, 'B reloads')
    lab.sleep(A)
    lab.still_owner('b', begin)


@case('vrrp')
def ipv6_taken_from_an_interface_is_a_fault_of_ipv6_alone(lab):
    a, b = both_families(lab)
    begin = lab.now
    b.ns.sysctl({'ipv6/conf/eth0/disable_ipv6': 1})
    lab.until(lambda: lab.observer.owners() == ['a'], SECOND.down(100) + 3, 'A owns the IPv6 address')
    lab.at_most('takeover', lab.observer.acquired('a', begin) - begin, SECOND.down(100) + E)
    lab.equal('B', states(b), {'VI_1': ('inet', 'backup'), 'VI_6': ('inet6', 'fault')})
    lab.equal('why', b.instance('VI_6')['reason_key'], 'no-source')
    lab.equal('A', states(a)['VI_1'], ('inet', 'active'))
    before = b.instance('VI_1')['transitions']
    b.ns.sysctl({'ipv6/conf/eth0/disable_ipv6': 0})
    lab.until(lambda: lab.observer.owners() == ['b'], DAD + SECOND.down(150) + 3, 'B owns the IPv6 address again')
    lab.equal('transitions of IPv4', b.instance('VI_1')['transitions'] - before, 0)


@case('vrrp')
def source_that_is_not_ready_delays_the_start(lab):
    """Duplicate address detection of the link-local address takes a second: the router waits, and does not spin."""
    a, = lab.build(directors=('a',), vip=VIP6)
    a.configure(config.ipv6(config.vrrp_only(config.load('a')), TENTH.interval))
    a.ns.sysctl({'ipv6/conf/eth0/disable_ipv6': 1})
    a.start()
    lab.sleep(0.5)
    lab.equal('state without IPv6', a.instance()['state'], 'fault')
    begin = lab.now
    a.ns.sysctl({'ipv6/conf/eth0/disable_ipv6': 0})
    lab.wait_owner('a', DAD + TENTH.down(PRIORITY['a']) + 3)
    lab.at_least('owner', lab.observer.acquired('a', begin) - begin, TENTH.down(PRIORITY['a']) - 0.01)
    first = min(seen.time for seen in lab.observer.adverts_of('a', begin))
    lab.figure('first advert after', f'{first - begin:.3f} s')
    lab.at_most('log lines', len(a.log().splitlines()), 40, 'lines')


@case('vrrp')
def neighbours_hear_whether_the_owner_forwards(lab):
    a, = lab.build(directors=('a',), vip=VIP6)
    a.configure(config.ipv6(config.vrrp_only(config.load('a')), TENTH.interval))
    a.ns.sysctl({'ipv6/conf/eth0/forwarding': 1})
    a.start()
    lab.wait_owner('a', DAD + 8)
    lab.sleep(0.5)
    lab.equal('announced as', sorted({g.operation for g in lab.observer.garps_of('a')}), ['router'])
    a.ns.sysctl({'ipv6/conf/eth0/forwarding': 0})
    begin = lab.now
    lab.until(lambda: lab.observer.garps_of('a', begin), 8, 'the second burst')
    lab.sleep(0.3)
    lab.equal('later announced as', sorted({g.operation for g in lab.observer.garps_of('a', begin)}), ['host'])


def spoiled(lab, source, ttl=255, change=lambda message: message):
    """An advert of priority 200 over IPv6 from the client, as its kernel lets it out."""
    client = lab.network.host['client']
    message = bytearray([0x31, VRID, 200, 2, 0, 10, 0, 0])
    message += b''.join(socket.inet_pton(socket.AF_INET6, a) for a in (VIP6_LINK, VIP6))

    def send():
        with socket.socket(socket.AF_INET6, socket.SOCK_RAW, wire.PROTO_VRRP) as s:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, ttl)
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_CHECKSUM, 6)
            s.bind((source, 0, 0, socket.if_nametoindex('eth0') if source.startswith('fe80') else 0))
            s.sendto(change(bytes(message)), (GROUP6, 0, 0, socket.if_nametoindex('eth0')))
    client.call(send)


@case('vrrp')
def adverts_over_ipv6_that_are_not_right_change_nothing(lab):
    a, = lab.build(directors=('a',), vip=VIP6)
    a.configure(config.ipv6(config.vrrp_only(config.load('a')), TENTH.interval))
    a.start()
    lab.wait_owner('a', DAD + 8)
    begin = lab.now
    rows = {'ttl': dict(ttl=254), 'version': dict(change=lambda m: b'\x41' + m[1:]),
            'type': dict(change=lambda m: b'\x32' + m[1:]), 'length': dict(change=lambda m: m[:-1]),
            'interval_zero': dict(change=lambda m: m[:5] + b'\0' + m[6:]),
            'no_address': dict(change=lambda m: m[:3] + b'\0' + m[4:8])}
    for cause, spoil in rows.items():
        for _ in range(3):
            spoiled(lab, HOSTS6['client'], **spoil)
    lab.until(lambda: sum(a.instance()['errors'].values()) >= 3 * len(rows), 3, 'all are counted')
    lab.equal('counted', {c: n for c, n in a.instance()['errors'].items() if n}, dict.fromkeys(rows, 3))
    lab.still_owner('a', begin)
    spoiled(lab, HOSTS6['client'])              # and the same unspoiled is heard
    lab.until(lambda: a.instance()['state'] == 'backup', 2, 'A gives way to a good one')
