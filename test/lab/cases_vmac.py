# SPDX-License-Identifier: Apache-2.0
"""use_vmac: the address has the same MAC address whoever is active, and only the active router is behind it."""
import json
import os
import signal
import socket
import threading

import config
from cases_firewall import BEHIND, connect, gateway_only, neighbour, nft, of_kind, pair_with_a_host_behind, ping, stop
from cases_ipv6 import SECOND, answer_of_a_closed_port, pair as ipv6_pair
from cases_network import isolate
from lab import A, E, PRIORITY, VIP, VRID, case, down, skew
from topology import VIP6, VIP6_LINK

D = down(PRIORITY['b'])
S = skew(PRIORITY['b'])
MAC = f'00:00:5e:00:01:{VRID:02x}'
LINK = f'vrrp.{VRID}'


def links(director):
    """name -> what ip(8) says of it."""
    return {link['ifname']: link for link in json.loads(director.ns.run(['ip', '-d', '-j', 'link']).stdout)}


def addresses(director, device):
    found = json.loads(director.ns.run(['ip', '-j', 'addr']).stdout)
    return [a['local'] for link in found if link.get('ifname') == device for a in link['addr_info']]


def setting(director, device, name, family='ipv4'):
    def read():
        with open(f'/proc/sys/net/{family}/conf/{device}/{name}') as f:
            return int(f.read())
    return director.ns.call(read)


def below(director, device='eth0'):
    return [setting(director, device, name) for name in ('arp_ignore', 'arp_announce')]


class Neighbour:
    """What the client believes: looks every 50 ms, and remembers each MAC address of the VIP."""

    def __init__(self, lab):
        self.seen = []                          # (time, MAC)
        self._stop = threading.Event()
        self._lab = lab
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._stop.wait(0.05):
            mac = neighbour(self._lab.network, 'client', VIP)
            if mac and (not self.seen or self.seen[-1][1] != mac):
                self.seen.append((self._lab.now, mac))

    def stop(self):
        self._stop.set()
        self._thread.join()
        return [mac for _, mac in self.seen]


def senders(lab, name, since=0.0):
    """The source MAC addresses of frames that came in by a port: of adverts and announcements, and of everything."""
    found = set()
    for stamp, port, frame in list(lab.observer.frames):
        if port == name and stamp >= since:
            found.add(frame[6:12].hex(':'))
    return found


def learned(lab, mac=MAC):
    """The port by which the switch believes to reach a MAC address."""
    for entry in json.loads(lab.network.lan.run(['bridge', '-j', 'fdb', 'show', 'br', 'br0']).stdout):
        if entry['mac'] == mac:
            return entry['ifname']
    return None


@case('vrrp')
def client_knows_one_mac_address_whoever_is_active(lab):
    a, b = pair_with_a_host_behind(lab, config.vmac)
    watch = Neighbour(lab)
    before = below(a)
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    lab.equal('address on', addresses(a, LINK), [VIP])
    lab.equal('told by keepctl', a.instance()['vmac'], LINK)
    lab.equal('MAC address', links(a)[LINK]['address'], MAC)
    lab.equal('on the backup it is', links(b)[LINK]['operstate'], 'DOWN')
    lab.equal('eth0 below, was', before, [0, 0])
    lab.equal('eth0 below, is', below(a), [1, 2])
    lab.equal('rp_filter of all', setting(a, 'all', 'rp_filter'), 0)
    lab.equal('rp_filter of the link', setting(a, LINK, 'rp_filter'), 2)
    lab.equal('no IPv6 on it', setting(a, LINK, 'disable_ipv6', 'ipv6'), 1)
    lab.check(ping(lab.network, 'client', VIP), 'the client reaches the address')
    lab.equal('a connection is', connect(lab.network, 'client', VIP), 'refused')
    lab.check(ping(lab.network, 'client', BEHIND), 'and what is behind the router')
    lab.equal('adverts of A come from', sorted({f[6:12].hex(':') for _, p, f in lab.observer.frames
                                                if p == 'a' and f[12:14] == b'\x08\x00'}), [MAC])
    lab.equal('the switch reaches it by', learned(lab), 'p-a')
    lab.network.host['client'].run(['ip', 'neigh', 'flush', 'all'])
    lab.check(ping(lab.network, 'client', VIP), 'also if it asks for it')
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.sleep(0.2)
    lab.check(ping(lab.network, 'client', VIP), 'the client reaches the address')
    lab.check(ping(lab.network, 'client', BEHIND), 'and what is behind')
    lab.equal('the switch reaches it by', learned(lab), 'p-b')
    lab.equal('on A it is', links(a)[LINK]['operstate'], 'DOWN')
    lab.network.plug('a')
    begin = lab.now
    lab.sleep(D + A)
    lab.still_owner('b', begin)                 # nopreempt
    lab.equal('frames of A with the virtual MAC', MAC in senders(lab, 'a', begin), False)
    begin = lab.now
    stop(lab, b)
    lab.until(lambda: lab.observer.owners() == ['a'], D, 'A owns the VIP')
    lab.at_most('handed back', lab.observer.acquired('a', begin) - begin, skew(PRIORITY['a']) + E)
    lab.sleep(0.2)
    lab.check(ping(lab.network, 'client', BEHIND), 'what is behind is reached')
    lab.equal('links of B', sorted(links(b)), ['eth0', 'lo'])
    lab.equal('eth0 of B is as it was', below(b), before)
    lab.equal('the client has known', watch.stop(), [MAC])


@case('vrrp')
def link_removed_by_hand_is_made_again_with_its_address(lab):
    a, b = lab.running_vrrp_pair(config.vmac)
    lab.sleep(6)                                # the announcements of the takeover are over
    begin = lab.now
    a.ns.ip(f'link del {LINK}')
    lab.until(lambda: lab.observer.acquired('a', begin), 2, 'A has the VIP again')
    lab.at_most('VIP back', lab.observer.acquired('a', begin) - begin, E)
    lab.sleep(1)
    garps = lab.observer.garps_of('a', begin)
    lab.at_most('announced', garps[0].time - begin if garps else None, E)
    lab.at_most('client outage', lab.pinger.outage(begin, lab.now - 0.2), E)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.equal('MAC address', links(a)[LINK]['address'], MAC)
    lab.equal('repairs told', a.instance()['repairs'] > 0, True)
    a.ns.ip(f'link set {LINK} address 02:00:00:00:00:01')
    lab.until(lambda: LINK in links(a) and links(a)[LINK]['address'] == MAC and VIP in addresses(a, LINK), 2,
              'the MAC address is put right')
    a.ns.ip(f'link set {LINK} down')
    lab.until(lambda: 'UP' in links(a)[LINK]['flags'], 2, 'the link is up again')
    b.ns.ip(f'link set {LINK} up')
    lab.until(lambda: 'UP' not in links(b)[LINK]['flags'], 2, 'that of the backup is down again')
    b.ns.ip(f'link del {LINK}')                 # on the backup as well, down
    lab.until(lambda: LINK in links(b), 2, 'B has it again')
    lab.equal('on the backup it is', links(b)[LINK]['operstate'], 'DOWN')
    lab.equal('owners', lab.observer.owners(), ['a'])
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.check(ping(lab.network, 'client', VIP), 'the client reaches the address')


@case('vrrp')
def child_killed_its_successor_adopts_the_link(lab):
    a, b = lab.running_vrrp_pair(config.vmac)
    number = links(a)[LINK]['ifindex']
    begin = lab.just_after_advert('a')
    killed = a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') not in (None, killed), 5, 'a new vrrp child')
    lab.sleep(D + E)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.at_most('client outage', lab.pinger.outage(begin, lab.now - 0.2), 0.1)
    lab.equal('it is the same link', links(a)[LINK]['ifindex'] == number, True)
    lab.equal('links', sorted(links(a)), ['eth0', 'lo', LINK])
    stop(lab, a)
    lab.equal('links then', sorted(links(a)), ['eth0', 'lo'])
    lab.equal('eth0 is as it was', below(a), [0, 0])


@case('vrrp')
def what_a_dead_keepd_left_is_withdrawn(lab):
    a, b = lab.running_vrrp_pair(config.vmac)
    a.ns.ip('link add mine link eth0 type macvlan mode bridge')
    a.ns.sysctl({'ipv4/conf/eth0/arp_announce': 2})
    a.kill_everything()
    lab.equal('the link is left behind', LINK in links(a), True)
    lab.equal('exit of keepd --withdraw', a.withdraw().returncode, 0)
    lab.equal('links', sorted(links(a)), ['eth0', 'lo', 'mine'])
    lab.equal('eth0 is as it was', below(a), [0, 0])
    lab.equal('owners', lab.observer.owners()[:1] != ['a'], True)


@case('vrrp')
def interface_below_deleted_is_a_fault_and_made_again_a_backup_with_its_link(lab):
    a, b = lab.running_vrrp_pair(config.vmac)
    last = lab.just_after_advert('a')
    a.ns.ip('link del eth0')
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.until(lambda: a.instance()['state'] == 'fault', 2, 'A is in fault')
    lab.equal('reason', a.instance()['reason'], 'the interface does not exist')
    lab.network.lan.ip('link add p-a type veth peer name eth0 netns a', 'link set p-a master br0 up')
    a.ns.ip('addr add 192.168.0.10/24 dev eth0', 'link set eth0 up')
    lab.until(lambda: a.instance()['state'] == 'backup', 3, 'A is a backup')
    lab.equal('links', sorted(links(a)), ['eth0', 'lo', LINK])
    lab.equal('eth0 below', below(a), [1, 2])
    lab.just_after_advert('b')
    begin = lab.now
    stop(lab, b)
    lab.until(lambda: lab.observer.owners() == ['a'], D, 'A owns the VIP')
    lab.at_most('handed back', lab.observer.acquired('a', begin) - begin, skew(PRIORITY['a']) + E)
    lab.sleep(0.2)
    lab.check(ping(lab.network, 'client', VIP), 'and the client reaches it')


@case('vrrp')
def vmac_comes_and_goes_with_a_reload(lab):
    a, = lab.build(directors=('a',))
    plain = config.edit(config.vrrp_only(config.load('a')), ' dev eth0', '')
    steps = ((lambda t: t, 'eth0', ['eth0', 'lo']),
             (config.vmac, LINK, ['eth0', 'lo', LINK]),
             (lambda t: config.in_instance(t, 'use_vmac gw0 02:00:00:00:07'), 'gw0', ['eth0', 'gw0', 'lo']),
             (lambda t: t, 'eth0', ['eth0', 'lo']))
    for n, (change, device, expected) in enumerate(steps):
        text = change(config.vrrp_only(config.load('a')) if change is config.vmac else plain)
        a.configure(text)
        if n:
            lab.equal('reload', a.reload().returncode, 0)
        else:
            a.start()
        lab.until(lambda: VIP in addresses(a, device), D + 5, f'the VIP is on {device}')
        lab.equal('links', sorted(links(a)), expected)
        lab.equal('the other has it not', [d for d in expected if VIP in addresses(a, d)], [device])
        if device == 'gw0':
            lab.equal('MAC address', links(a)[device]['address'], f'02:00:00:00:07:{VRID:02x}')
    lab.equal('eth0 is as it was', below(a), [0, 0])


@case('vrrp')
def name_that_is_taken_leaves_the_next_one(lab):
    a, = lab.build(directors=('a',))
    a.ns.ip(f'link add {LINK} type bridge')
    a.configure(config.vmac(config.vrrp_only(config.load('a'))))
    a.start()
    lab.until(lambda: VIP in addresses(a, f'vrrp1.{VRID}'), D + 5, 'the VIP is on the next')
    stop(lab, a)
    lab.equal('links', sorted(links(a)), ['eth0', 'lo', LINK])


@case('vrrp')
def adverts_leave_through_the_interface_below_if_asked(lab):
    a, b = lab.running_vrrp_pair(lambda text: config.in_instance(config.vmac(text), 'vmac_xmit_base'))
    real = links(a)['eth0']['address']
    lab.equal('adverts of A come from', sorted({f[6:12].hex(':') for _, p, f in lab.observer.frames
                                                if p == 'a' and f[12:14] == b'\x08\x00'}), [real])
    lab.equal('announcements name', sorted({f[22:28].hex(':') for _, p, f in lab.observer.frames
                                            if p == 'a' and f[12:14] == b'\x08\x06' and f[28:32] == f[38:42]}), [MAC])
    lab.check(ping(lab.network, 'client', VIP), 'the client reaches the address')
    lab.equal('and knows it as', neighbour(lab.network, 'client', VIP), MAC)
    begin = lab.now
    stop(lab, a)
    lab.until(lambda: lab.observer.owners() == ['b'], D, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, S + E)


@case('vrrp')
def healed_partition_of_virtual_mac_addresses_leaves_one_owner(lab):
    """Both are active then, both send from the same MAC address, and each hears the other."""
    a, b = lab.running_vrrp_pair(config.vmac)
    isolate(lab, True)
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], D + 5, 'both own the VIP in a partition')
    lab.sleep(2)
    heal = lab.now
    isolate(lab, False)
    lab.until(lambda: len(lab.observer.owners()) == 1, 5, 'one owner')
    lost = lab.observer.lost('b', heal)
    lab.at_most('two owners after it healed', lost and lost - heal, A + E)
    lab.sleep(D)
    lab.still_owner('a', lost + 0.001)
    lab.equal('adverts of lower priority heard by A', a.instance()['rivals'] > 0, True)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'a'}, 'and the client reaches A')


@case('vrrp')
def owner_stopped_with_a_virtual_mac_gives_up_when_it_wakes(lab):
    a, b = lab.running_vrrp_pair(config.vmac)
    child = a.need_child('vrrp')
    last = lab.just_after_advert('a')
    os.kill(child, signal.SIGSTOP)
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.sleep(3)
    begin = lab.now
    os.kill(child, signal.SIGCONT)
    lab.until(lambda: len(lab.observer.owners()) == 1, 5, 'one owner')
    lab.at_most('two owners after it woke', lab.observer.longest(2, begin, lab.now), A + E)
    lab.sleep(D)
    lab.equal('owners', len(lab.observer.owners()), 1)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == set(lab.observer.owners()), 'the client reaches that one')


def frames_of(lab, mac, seconds):
    """{port: frames} that come from that MAC address, of whatever protocol, while SECONDS pass."""
    def open_():
        return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    count, deadline = {}, lab.now + seconds
    with lab.network.lan.call(open_) as s:
        while lab.now < deadline:
            s.settimeout(max(0.001, deadline - lab.now))
            try:
                frame, address = s.recvfrom(64)
            except TimeoutError:
                break
            if address[2] != socket.PACKET_OUTGOING and address[0].startswith('p-') and frame[6:12].hex(':') == mac:
                count[address[0]] = count.get(address[0], 0) + 1
    return count


@case('vrrp')
def backup_never_sends_from_the_virtual_mac_address_nor_takes_what_is_for_it(lab):
    """From its start on, IGMP and all. A switch that has forgotten the address floods: one answer, not two."""
    a, b = lab.vrrp_pair(config.vmac)
    for d in (a, b):
        d.ns.sysctl({'ipv6/conf/all/disable_ipv6': 0, 'ipv6/conf/default/disable_ipv6': 0})
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    b.start()
    seen = frames_of(lab, MAC, 4)
    lab.equal('only A sends from it', sorted(seen), ['p-a'])
    lab.network.lan.run(['bridge', 'link', 'set', 'dev', 'p-a', 'learning', 'off'], check=True)
    lab.network.lan.run(['ip', 'link', 'set', 'br0', 'type', 'bridge', 'fdb_flush'])
    b.ns.sysctl({'ipv4/ip_forward': 1})
    answers = len(lab.pinger.answered)
    before = int(json.loads(b.ns.run(['ip', '-s', '-j', 'link', 'show', LINK]).stdout)[0]['stats64']['rx']['packets'])
    lab.sleep(1)
    lab.equal('the switch does not know it', learned(lab), None)
    lab.at_least('answers', len(lab.pinger.answered) - answers, 50, '')
    after = int(json.loads(b.ns.run(['ip', '-s', '-j', 'link', 'show', LINK]).stdout)[0]['stats64']['rx']['packets'])
    lab.equal('frames that B took', after - before, 0)


@case('vrrp')
def strict_reverse_path_filter_does_not_matter(lab):
    a, b = lab.vrrp_pair(config.vmac)
    for d in (a, b):
        d.ns.sysctl({f'ipv4/conf/{n}/rp_filter': 1 for n in ('all', 'default', 'eth0')})
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.until(lambda: ping(lab.network, 'client', VIP), 2, 'the client reaches the address')
    lab.equal('rp_filter of all', setting(a, 'all', 'rp_filter'), 1)
    lab.equal('rp_filter of eth0', setting(a, 'eth0', 'rp_filter'), 1)


@case('vrrp')
def carrier_that_goes_is_a_fault_and_the_link_goes_down(lab):
    a, b = lab.running_vrrp_pair(config.vmac)
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    lab.until(lambda: a.instance()['state'] == 'fault', 2, 'A is in fault')
    lab.equal('addresses on it', addresses(a, LINK), [])
    lab.equal('the link is up', 'UP' in links(a)[LINK]['flags'], False)
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.network.plug('a')
    lab.until(lambda: a.instance()['state'] == 'backup', 2, 'A is a backup')
    lab.equal('the link is up', 'UP' in links(a)[LINK]['flags'], False)


@case('vrrp')
def single_addresses_have_links_of_their_own(lab):
    a, = lab.build(directors=('a',))
    a.ns.ip('link add eth1 type veth peer name eth2', 'link set eth1 up', 'link set eth2 up')
    text = config.edit(config.vrrp_only(config.load('a')), r'^( *)192.168.0.200/32 dev eth0\n',
                       r'\g<0>\g<1>192.168.0.201 use_vmac\n\g<1>10.1.0.1/32 dev eth1 use_vmac\n')
    a.configure(config.in_global_defs(text, 'vmac_addr_prefix va'))
    a.start()
    lab.wait_owner('a', D + 2)
    lab.equal('on eth0', [x for x in addresses(a, 'eth0') if x != '192.168.0.10'], [VIP])
    lab.equal('on the first', addresses(a, f'va.{VRID}'), ['192.168.0.201'])
    lab.equal('on the second', addresses(a, f'va1.{VRID}'), ['10.1.0.1'])
    lab.equal('MAC addresses', [links(a)[f'va{n}.{VRID}']['address'] for n in ('', '1')], [MAC, MAC])
    lab.equal('adverts come from', {f[6:12].hex(':') for _, p, f in lab.observer.frames if f[12:14] == b'\x08\x00'},
              {links(a)['eth0']['address']})
    a.configure(config.in_global_defs(config.edit(text, r'^.*dev eth1 use_vmac\n', ''), 'vmac_addr_prefix va'))
    lab.equal('reload', a.reload().returncode, 0)
    lab.equal('links then', sorted(set(links(a)) - {'lo', 'eth0', 'eth1', 'eth2'}), [f'va.{VRID}'])
    lab.until(lambda: below(a, 'eth1') == [0, 0], 1, 'eth1 is as it was')
    stop(lab, a)
    lab.equal('eth0 is as it was', below(a), [0, 0])


@case('vrrp')
def somebody_who_removes_the_link_again_and_again_gets_a_pause(lab):
    a, b = lab.running_vrrp_pair(config.vmac)
    for _ in range(5):
        lab.until(lambda: LINK in links(a), 2, 'the link')
        a.ns.ip(f'link del {LINK}')
    lab.until(lambda: a.instance()['state'] == 'fault', 2, 'A is in fault meanwhile')
    lab.equal('reason', a.instance()['reason'], 'its interface with the virtual MAC address cannot be made')
    lab.until(lambda: lab.observer.owners() == ['b'], D + 2, 'B owns the VIP')
    lab.until(lambda: LINK in links(a), 6, 'the link is made again')
    lab.until(lambda: a.instance()['state'] == 'backup', 2, 'A is a backup')


MAC6 = f'00:00:5e:00:02:{VRID:02x}'


def vmac_ipv6(text):
    return config.in_instance(text, 'use_vmac')


@case('vrrp', seconds=90)
def client_knows_one_mac_address_over_ipv6_too(lab):
    a, b = ipv6_pair(lab, change=vmac_ipv6)
    client = lab.network.host['client']

    def known():
        return neighbour(lab.network, 'client', VIP6)

    lab.equal('addresses on', sorted(addresses(a, LINK)), sorted([VIP6, VIP6_LINK]))
    lab.equal('MAC address', links(a)[LINK]['address'], MAC6)
    lab.equal('on the backup it is', links(b)[LINK]['operstate'], 'DOWN')
    lab.equal('adverts come from', sorted({f[6:12].hex(':') for _, p, f in lab.observer.frames if p == 'a'
                                           and f[12:14] == b'\x86\xdd' and f[20] == 112}), [MAC6])
    lab.equal('the client asks the VIP', client.call(answer_of_a_closed_port), 'refused')
    lab.equal('and knows it as', known(), MAC6)
    lab.equal('only A sends from it', sorted(frames_of(lab, MAC6, 3)), ['p-a'])
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, SECOND.down(PRIORITY['b']) + E)
    lab.equal('the client asks the VIP', client.call(answer_of_a_closed_port), 'refused')
    lab.equal('the switch reaches it by', learned(lab, MAC6), 'p-b')
    client.run(['ip', '-6', 'neigh', 'flush', 'all'])
    lab.equal('the client asks the VIP', client.call(answer_of_a_closed_port), 'refused')
    lab.equal('and knows it as', known(), MAC6)
    lab.network.plug('a')
    begin = lab.now
    lab.sleep(D + 2)
    lab.still_owner('b', begin)
    begin = lab.now
    stop(lab, b)
    lab.until(lambda: lab.observer.owners() == ['a'], D, 'A owns the VIP')
    lab.at_most('handed back', lab.observer.acquired('a', begin) - begin, SECOND.skew(PRIORITY['a']) + E)
    lab.equal('the client asks the VIP', client.call(answer_of_a_closed_port), 'refused')
    lab.equal('and knows it as', known(), MAC6)
    lab.equal('addresses that nobody configured', [x for x in addresses(a, LINK) if x not in (VIP6, VIP6_LINK)], [])


@case('vrrp', seconds=90)
def partition_over_ipv6_with_virtual_mac_addresses_heals_to_one_owner(lab):
    a, b = ipv6_pair(lab, change=vmac_ipv6)
    isolate(lab, True)
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], D + 5, 'both own the VIP in a partition')
    lab.sleep(2)
    heal = lab.now
    isolate(lab, False)
    lab.until(lambda: lab.observer.owners() == ['a'], 5, 'A alone owns the VIP')
    lab.at_most('two owners after it healed', lab.observer.lost('b', heal) - heal, A + E)


@case('vrrp', seconds=90)
def no_accept_over_ipv6_drops_all_but_neighbour_discovery(lab):
    a, b = ipv6_pair(lab, change=gateway_only)
    client = lab.network.host['client']
    lab.figure('rules', [' '.join(line.split()) for line in nft(a, 'list', 'chain', 'inet', 'keepd', 'input').splitlines()
                         if 'drop' in line or 'nd-' in line])
    lab.equal('the client asks the VIP', client.call(silent_port), 'silent')
    lab.equal('and knows it as', neighbour(lab.network, 'client', VIP6), links(a)['eth0']['address'])


def answer_of_the_link_local_address():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
        s.settimeout(1)
        s.connect((VIP6_LINK, 9, 0, socket.if_nametoindex('eth0')))
        s.send(b'?')
        try:
            return s.recv(1)
        except ConnectionRefusedError:
            return 'refused'
        except TimeoutError:
            return 'silent'


@case('vrrp', seconds=90)
def link_local_address_on_a_virtual_mac_answers_unless_it_is_not_accepted(lab):
    a, b = ipv6_pair(lab, change=vmac_ipv6)
    client = lab.network.host['client']
    lab.equal('the client asks the link-local VIP', client.call(answer_of_the_link_local_address), 'refused')
    lab.equal('and knows it as', neighbour(lab.network, 'client', VIP6_LINK), MAC6)
    text = config.ipv6(config.vrrp_only(config.load('a')))
    for words in ((), ('nftables_ifindex',)):
        a.configure(gateway_only(vmac_ipv6(config.in_global_defs(text, *words))))
        lab.equal('reload', a.reload().returncode, 0)
        lab.equal('the client asks the link-local VIP', client.call(answer_of_the_link_local_address), 'silent')
        lab.figure('set of', next(s['type'] for s in of_kind(a, 'set') if s['name'] == 'ipv6_link'))
    client.run(['ip', '-6', 'neigh', 'flush', 'all'])
    client.call(answer_of_the_link_local_address)
    lab.equal('it is found all the same, as', neighbour(lab.network, 'client', VIP6_LINK), MAC6)


def silent_port():
    try:
        return answer_of_a_closed_port()
    except TimeoutError:
        return 'silent'


@case('vrrp')
def address_on_a_link_without_adverts_is_announced_now_and_then(lab):
    def change(text):
        return config.in_instance(config.vmac(text), 'vmac_xmit_base', 'garp_extra_if 1', 'garp_master_delay 0')

    a, b = lab.running_vrrp_pair(change)
    lab.sleep(1)
    begin = lab.now
    lab.sleep(4)
    seen = lab.observer.garps_of('a', begin)    # a request and a reply each time
    lab.at_least('announcements', len(seen), 6, '')
    lab.at_most('announcements', len(seen), 10, '')
    lab.equal('with', sorted({g.mac for g in seen}), [MAC])
    lab.equal('of B', lab.observer.garps_of('b', begin), [])
    text = config.vrrp_only(config.load('a'))
    a.configure(config.in_instance(config.vmac(text), 'vmac_xmit_base', 'garp_master_delay 0'))
    lab.equal('reload', a.reload().returncode, 0)
    begin = lab.now
    lab.sleep(2.5)
    lab.equal('without garp_extra_if', lab.observer.garps_of('a', begin), [])
