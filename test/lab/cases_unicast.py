# SPDX-License-Identifier: Apache-2.0
"""Adverts to the addresses of peers, which no RFC has and keepalived does: where a network carries no multicast."""
import signal
import struct

import config
import wire
from cases_ipv6 import SECOND, TENTH, source_is_ready
from lab import A, E, PRIORITY, V2, VIP, VRID, case, down
from topology import HOSTS, HOSTS6, VIP6

OTHER = {'a': 'b', 'b': 'a'}


def unicast(text, name, hosts=HOSTS, source=True, peers=None, more=''):
    """The instance of a director with the other one as its peer."""
    lines = ''.join(f'        {p}\n' for p in peers or [hosts[OTHER[name]]])
    src = f'    unicast_src_ip {hosts[name]}\n' if source else ''
    return config.edit(text, r'^( *)advert_int .*\n', rf'\g<0>{src}    unicast_peer {{\n{lines}    }}\n{more}')


def pair(lab, kinds=None, change=lambda text: text, timing=V2, **how):
    a, b = lab.build(kinds=kinds)
    for director in (a, b):
        director.configure(unicast(change(config.vrrp_only(config.load(director.name))), director.name, **how))
        director.start()
    lab.wait_owner('a', timing.down(PRIORITY['a']) + 5)
    lab.sleep(timing.down(PRIORITY['b']) + E)
    lab.equal('owners', lab.observer.owners(), ['a'])
    return a, b


def destinations(lab, since=0.0):
    """Where adverts went, as the switch saw them."""
    found = set()
    for stamp, port, frame in lab.observer.frames:
        seen = wire.decode(stamp, port, frame)
        if stamp >= since and isinstance(seen, wire.Advert):
            ip = frame[14:]
            found.add('.'.join(map(str, ip[16:20])) if ip[0] >> 4 == 4 else ip[24:40].hex())
    return found


def take_over_and_give_back(lab, kinds, change, timing, **how):
    a, b = pair(lab, kinds, lambda text: config.preempting(change(text)), timing, **how)
    lab.just_after_advert('a')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('handed over', lab.observer.acquired('b', begin) - begin, timing.skew(PRIORITY['b']) + E)
    a.wait(5)
    begin = lab.now
    a.start()
    lab.until(lambda: lab.observer.owners() == ['a'], timing.down(PRIORITY['a']) + 4, 'A owns the VIP again')
    lab.never_two_owners(begin, allowed=E)
    lab.sleep(2 * timing.interval)
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), timing.down(PRIORITY['b']) + 3, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, timing.down(PRIORITY['b']) + E)
    lab.equal('adverts went to', destinations(lab), {HOSTS['a'], HOSTS['b']})
    lab.check(all(seen.checksum_ok for seen in lab.observer.adverts), 'every advert is right')
    for director in (a, b):
        if director.kind == 'keepd' and director is b:
            lab.equal('errors of b', {c: n for c, n in director.instance()['errors'].items() if n}, {})


def same(text):
    return text


@case('vrrp', seconds=90)
def unicast_pair_lives_by_the_timers_of_the_protocol(lab):
    take_over_and_give_back(lab, None, same, V2)


@case('vrrp', seconds=90)
def keepalived_takes_over_from_keepd_and_gives_back_to_it_by_unicast(lab):
    take_over_and_give_back(lab, {'b': 'keepalived'}, same, V2)


@case('vrrp', seconds=90)
def keepd_takes_over_from_keepalived_by_unicast_in_version_3(lab):
    take_over_and_give_back(lab, {'a': 'keepalived'}, lambda text: config.version_3(text, 1), SECOND)


@case('vrrp', seconds=90)
def unicast_from_the_address_of_the_interface_in_version_3(lab):
    """No unicast_src_ip: the first address of the interface, and its own packets are all that is heard."""
    take_over_and_give_back(lab, {'b': 'keepalived'}, lambda text: config.version_3(text, 0.1), TENTH, source=False)


@case('vrrp')
def unicast_over_ipv6_with_keepalived(lab):
    a, b = lab.build(kinds={'b': 'keepalived'}, vip=VIP6)
    for director in (a, b):
        text = config.preempting(config.ipv6(config.vrrp_only(config.load(director.name)), 0.1))
        source_is_ready(lab, director)
        director.configure(unicast(text, director.name, HOSTS6))
        director.start()
    lab.wait_owner('a', 8)
    lab.sleep(1)
    lab.equal('owners', lab.observer.owners(), ['a'])
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), 4, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, TENTH.down(PRIORITY['b']) + E)
    lab.check(all(seen.checksum_ok and (seen.ttl == 255 or seen.port == 'b') and seen.src == HOSTS6[seen.port]
                  for seen in lab.observer.adverts), 'every advert is right')


def alone(lab, more='', peers=None, change=same):
    """A keepd of its own, whose peer is the client."""
    a, = lab.build(directors=('a',))
    text = config.version_3(config.vrrp_only(config.load('a')), 0.1)
    a.configure(unicast(change(text), 'a', peers=peers or [HOSTS['client']], more=more))
    a.start()
    lab.wait_owner('a', 5)
    return a


def peers_of(director):
    return {p['address']: (p.get('priority'), p.get('checksum')) for p in director.instance()['peers']}


@case('vrrp')
def status_shows_each_peer_and_each_gets_its_advert(lab):
    """A has two peers, one of which does not exist: that costs nothing."""
    absent = '192.168.0.99'
    a, b = lab.build()
    text = {d.name: config.version_3(config.vrrp_only(config.load(d.name)), 0.1) for d in (a, b)}
    a.configure(unicast(text['a'], 'a', peers=[absent, HOSTS['b']]))
    b.configure(config.message_sums(unicast(text['b'], 'b')))
    b.start()
    lab.wait_owner('b', 5)
    a.start()
    lab.until(lambda: a.instance()['adverts_received'] > 3, 5, 'A hears B')
    lab.equal('peers of A', peers_of(a), {absent: (None, None), HOSTS['b']: (PRIORITY['b'], 'message')})
    b.signal(signal.SIGTERM)
    lab.wait_owner('a', 5)
    lab.sleep(1)
    lab.at_most('advert gap', lab.observer.longest_gap('a', lab.now - 0.8, lab.now), 0.25)
    lab.equal('send errors', a.instance()['send_errors'], 0)


def from_the_client(lab, source=HOSTS['client'], ttl=255, destination=HOSTS['a'], old=False, priority=200):
    """An advert of version 3 with form A of the checksum, or that of keepalived up to 1.3.6."""
    def packed(address):
        return bytes(map(int, address.split('.')))
    body = struct.pack('!BBBBHH', 0x31, VRID, priority, 1, 10, 0) + packed(VIP)
    pseudo = packed(source) + packed('224.0.0.18' if old else destination) + struct.pack('!HH', 112, len(body))
    body = body[:6] + struct.pack('!H', wire.checksum(pseudo + body)) + body[8:]

    def send():
        with wire.raw_socket() as s:
            head = struct.pack('!BBHHHBBH4s4s', 0x45, 0xc0, 0, 0, 0, ttl, wire.PROTO_VRRP, 0, packed(source),
                               packed(destination))
            s.sendto(head + body, (destination, 0))
    lab.network.host['client'].call(send)


@case('vrrp')
def adverts_of_nobodys_peer_change_nothing_unless_that_is_configured(lab):
    a = alone(lab)
    begin = lab.now
    for _ in range(5):
        from_the_client(lab, source='192.168.0.77')
    lab.until(lambda: a.instance()['errors']['source'] == 5, 2, 'all are counted')
    lab.still_owner('a', begin)
    lab.check('unicast_peer' in a.log(), 'and told')
    text = config.version_3(config.vrrp_only(config.load('a')), 0.1)
    a.configure(unicast(text, 'a', peers=[HOSTS['client']], more='    check_unicast_src off\n'))
    lab.check(a.reload().returncode == 0, 'A reloads')
    from_the_client(lab, source='192.168.0.77')
    lab.until(lambda: a.instance()['state'] == 'backup', 2, 'A gives way to a stranger')


@case('vrrp')
def ttl_of_a_peer_is_looked_at_where_it_is_configured(lab):
    a = alone(lab, peers=[f'{HOSTS["client"]} min_ttl 254'])
    begin = lab.now
    from_the_client(lab, ttl=253)
    lab.until(lambda: a.instance()['errors']['ttl'] == 1, 2, 'it is counted')
    lab.still_owner('a', begin)
    from_the_client(lab, ttl=254)
    lab.until(lambda: a.instance()['state'] == 'backup', 2, 'A gives way to one that is near enough')


@case('vrrp')
def old_checksum_of_unicast_is_answered_in_kind(lab):
    a = alone(lab)
    from_the_client(lab, old=True, priority=1)
    lab.until(lambda: peers_of(a)[HOSTS['client']] == (1, 'old-unicast'), 2, 'A has learned the form of its peer')
    begin = lab.now
    lab.until(lambda: lab.observer.adverts_of('a', begin + 0.1), 2, 'an advert of A')
    seen = lab.observer.adverts_of('a', begin + 0.1)[-1]
    lab.check(not seen.checksum_ok, f'which is not right but for old peers: {seen}')
    lab.check('1.3.6' in a.log(), 'A says so')


@case('vrrp')
def unicast_without_an_interface_runs_and_comes_back(lab):
    """The address has its interface from dev; without the link there is no route to the peer, and no fault."""
    a, b = lab.build()
    for director in (a, b):
        text = config.edit(config.vrrp_only(config.load(director.name)), r'^ *interface eth0\n', '')
        director.configure(unicast(config.version_3(text, 0.1), director.name))
        director.start()
    lab.wait_owner('a', 5)
    lab.sleep(0.6)
    lab.equal('owners', lab.observer.owners(), ['a'])
    begin = lab.now
    a.kill_child('vrrp')
    lab.sleep(1)
    lab.still_owner('a', begin)
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), 3, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, TENTH.down(PRIORITY['b']) + E)


@case('vrrp')
def without_a_peer_it_is_a_fault_if_that_is_configured(lab):
    a, = lab.build(directors=('a',))
    text = config.edit(config.vrrp_only(config.load('a')), r'^( *)advert_int .*\n',
                       rf'\g<0>    unicast_src_ip {HOSTS["a"]}\n    unicast_fault_no_peer\n')
    a.configure(text)
    a.start()
    lab.sleep(down(PRIORITY['a']) + A)
    lab.equal('state', (a.instance()['state'], a.instance()['reason_key']), ('fault', 'no-unicast-peer'))
    a.configure(unicast(config.vrrp_only(config.load('a')), 'a'))
    lab.check(a.reload().returncode == 0, 'A reloads')
    lab.wait_owner('a', down(PRIORITY['a']) + 2)


TWO_ON_ONE_NUMBER = """
vrrp_instance VI_2 {{
    interface eth0
    virtual_router_id {vrid}
    version 3
    priority {priority}
    advert_int 0.1
    unicast_src_ip {source}
    unicast_peer {{
        {peer}
    }}
    virtual_ipaddress {{
        192.168.0.201
    }}
}}
"""


@case('vrrp')
def routers_of_one_number_are_told_apart_by_their_peers(lab):
    """A has VI_1 with B, and VI_2 with C, both of number 51, through one socket."""
    a, b, c = lab.build(directors=('a', 'b', 'rs1'))
    text = {d: config.version_3(config.vrrp_only(config.load(d)), 0.1) for d in ('a', 'b')}
    second = {'vrid': VRID, 'source': HOSTS['a'], 'peer': HOSTS['rs1'], 'priority': 100}
    a.configure(unicast(text['a'], 'a') + TWO_ON_ONE_NUMBER.format(**second))
    b.configure(unicast(text['b'], 'b'))
    c.configure(TWO_ON_ONE_NUMBER.format(**{**second, 'source': HOSTS['rs1'], 'peer': HOSTS['a'], 'priority': 200}))
    for director in (a, b, c):
        director.start()
    lab.until(lambda: a.instance()['state'] == 'active', 5, 'A is active in the first')
    lab.sleep(1)
    lab.equal('A', {i['name']: i['state'] for i in a.status()['instances']}, {'VI_1': 'active', 'VI_2': 'backup'})
    lab.equal('B', b.instance()['state'], 'backup')
    lab.equal('C', c.instance('VI_2')['state'], 'active')
    for i in a.status()['instances']:
        lab.equal(f'errors of {i["name"]}', {e: n for e, n in i['errors'].items() if n}, {})


@case('vrrp')
def adverts_that_a_firewall_drops_are_told_and_tried_again(lab):
    a, b = lab.running_vrrp_pair(lambda text: config.preempting(config.version_3(text, 0.1)))
    for table in ('add table inet t', 'add chain inet t out { type filter hook output priority 0; }',
                  'add rule inet t out ip protocol 112 drop'):
        lab.equal('nft', a.ns.run(['nft', *table.split(' ')]).stdout, '')
    lab.until(lambda: 'b' in lab.observer.owners(), 3, 'B owns the VIP, too')
    lab.sleep(2)
    lab.equal('lines about it', len([line for line in a.log().splitlines() if 'firewall' in line]), 1)
    lab.at_least('adverts counted as not sent', a.instance()['send_errors'], 15, 'adverts')
    a.ns.run(['nft', 'delete', 'table', 'inet', 't'])
    begin = lab.now
    lab.until(lambda: lab.observer.owners() == ['a'], 3, 'A alone owns the VIP')
    lab.at_most('two owners after that', lab.observer.lost('b', begin) - begin, 0.1 + E)
    lab.check('are sent again' in a.log(), 'A says that it is over')
