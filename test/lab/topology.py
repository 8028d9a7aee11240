# SPDX-License-Identifier: Apache-2.0
"""The network of the lab: the classic LVS-DR set-up on one segment.

    client .1   director a .10   director b .20   real servers .110 and .120 (the VIP on lo, silent about it)
         \\          |                |                 |
          `---------- bridge br0 in namespace "lan", ports p-NAME -----------'

Every host is a network namespace of its own with one interface, eth0. The switch is in a namespace of its own too,
so that an observer there sees every frame, and a port can be taken down like a cable pulled out.
"""
from netns import Netns

VIP = '192.168.0.200'
VIP6, VIP6_LINK = 'fd00::200', 'fe80::200:5eff:fe00:233'
VRID = 51
HOSTS = {'client': '192.168.0.1', 'a': '192.168.0.10', 'b': '192.168.0.20', 'c': '192.168.0.30',
         'rs1': '192.168.0.110', 'rs2': '192.168.0.120', 'rs3': '192.168.0.130',
         'router': '192.168.0.254'}
DIRECTORS = ('a', 'b')
SERVERS = ('rs1', 'rs2', 'rs3')
HOSTS6 = {name: address.replace('192.168.0.', 'fd00::') for name, address in HOSTS.items()}


def on_second_link(address):
    return address.replace('192.168.0.', '10.0.1.')


class Network:
    def __init__(self, hosts, ipv6=False):
        self.lan = Netns('lan')
        self.host = {name: Netns(name) for name in hosts}
        self.lan.sysctl({'ipv6/conf/all/disable_ipv6': 1, 'ipv6/conf/default/disable_ipv6': 1})
        lines = ['link set lo up', 'link add br0 type bridge forward_delay 0 mcast_snooping 0', 'link set br0 up']
        for name in hosts:
            lines += [f'link add p-{name} type veth peer name eth0 netns {name}',
                      f'link set p-{name} master br0 up']
        self.lan.ip(*lines)
        for name, ns in self.host.items():
            ns.sysctl({'ipv6/conf/all/disable_ipv6': int(not ipv6), 'ipv4/conf/all/rp_filter': 0, 'ipv4/conf/default/rp_filter': 0,
                       'ipv4/conf/eth0/rp_filter': 0})
            if name in SERVERS:
                ns.sysctl({'ipv4/conf/all/arp_ignore': 1, 'ipv4/conf/all/arp_announce': 2})
            ns.ip('link set lo up', f'addr add {HOSTS[name]}/24 brd + dev eth0', 'link set eth0 up',
                  *([f'addr add {VIP}/32 dev lo'] if name in SERVERS else []),
                  *([f'addr add {HOSTS6[name]}/64 dev eth0 nodad'] if ipv6 else []))

    def second_link(self, names):
        """Another switch, for eth1 of these hosts, with ports q-NAME."""
        lines = ['link add br1 type bridge forward_delay 0 mcast_snooping 0', 'link set br1 up']
        for name in names:
            lines += [f'link add q-{name} type veth peer name eth1 netns {name}', f'link set q-{name} master br1 up']
        self.lan.ip(*lines)
        for name in names:
            self.host[name].sysctl({'ipv4/conf/eth1/rp_filter': 0})
            self.host[name].ip(f'addr add {on_second_link(HOSTS[name])}/24 brd + dev eth1', 'link set eth1 up')

    def unplug(self, name, ports='p'):
        self.lan.ip(f'link set {ports}-{name} down')

    def plug(self, name, ports='p'):
        self.lan.ip(f'link set {ports}-{name} up')
