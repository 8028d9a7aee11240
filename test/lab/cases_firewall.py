# SPDX-License-Identifier: Apache-2.0
"""no_accept: the address is a gateway and no host, by an nftables table that is ours alone."""
import json
import os
import select
import signal
import socket
import struct
import subprocess
import time

import config
import wire
from lab import A, E, PRIORITY, VIP, case, down, skew
from topology import HOSTS

TABLE = 'keepd'
BEHIND = '10.9.9.9'                             # reached through the virtual router only
FOREIGN = '''table inet mine {
	set s {
		type ipv4_addr
		elements = { 192.0.2.1 }
	}

	chain c {
		type filter hook input priority filter; policy accept;
		ip saddr @s drop
	}
}
'''


def gateway_only(text):
    return config.in_instance(text, 'no_accept')


def load(director, text):
    director.ns.call(subprocess.run, ['nft', '-f', '-'], input=text, text=True, check=True)


def nft(director, *words):
    done = director.ns.run(['nft', *words])
    assert done.returncode == 0, f'nft {words}: {done.stdout}'
    return done.stdout


def ruleset(director):
    """Without the line about nft itself."""
    return json.loads(nft(director, '-j', 'list', 'ruleset'))['nftables'][1:]


def of_kind(director, kind, table=TABLE):
    return [r[kind] for r in ruleset(director) if kind in r and r[kind].get('table', r[kind].get('name')) == table]


def elements(director, table=TABLE):
    return sorted(e for s in of_kind(director, 'set', table) for e in s.get('elem', []))


def has_table(director, table=TABLE):
    return bool(of_kind(director, 'table', table))


def ping(network, host, address, seconds=1.0):
    """Does an echo request from HOST find its answer?"""
    def ask():
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as s:
            body = struct.pack('!HH', os.getpid() & 0xffff, 1) + b'keepd lab'
            head = struct.pack('!BBH', 8, 0, 0)
            head = struct.pack('!BBH', 8, 0, wire.checksum(head + body))
            deadline = time.monotonic() + seconds
            s.sendto(head + body, (address, 0))
            while select.select([s], [], [], max(0, deadline - time.monotonic()))[0]:
                data, sender = s.recvfrom(2048)
                if sender[0] == address and data[20] == 0 and data[24:] == body:
                    return True
        return False
    return network.host[host].call(ask)


def connect(network, host, address, port=80, seconds=1.0):
    """'open', 'refused' (somebody answered) or 'silent'."""
    def ask():
        try:
            socket.create_connection((address, port), seconds).close()
            return 'open'
        except ConnectionRefusedError:
            return 'refused'
        except OSError:
            return 'silent'
    return network.host[host].call(ask)


def neighbour(network, host, address):
    """The MAC address under which HOST knows a neighbour."""
    line = network.host[host].run(['ip', 'neigh', 'show', address]).stdout.split()
    return line[line.index('lladdr') + 1] if 'lladdr' in line else None


def mac(director, device='eth0'):
    return json.loads(director.ns.run(['ip', '-j', 'link', 'show', device]).stdout)[0]['address']


def route_through_the_router(lab, *directors):
    """The client reaches BEHIND, a host on the same wire, only if the active director forwards."""
    lab.network.host['rs1'].ip(f'addr add {BEHIND}/32 dev lo')
    lab.network.host['client'].ip(f'route add {BEHIND} via {VIP}')
    for director in directors:
        director.ns.sysctl({'ipv4/ip_forward': 1, 'ipv4/conf/all/send_redirects': 0,
                            'ipv4/conf/eth0/send_redirects': 0})
        director.ns.ip(f'route add {BEHIND} via {HOSTS["rs1"]}')


def pair_with_a_host_behind(lab, change):
    a, b = lab.build(servers=['rs1'])
    lab.network.host['rs1'].ip(f'addr del {VIP}/32 dev lo')
    for director in (a, b):
        director.configure(change(config.vrrp_only(config.load(director.name))))
    route_through_the_router(lab, a, b)
    return a, b


def settle(lab, *directors):
    for director in directors:
        director.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)


def stop(lab, director):
    director.signal(signal.SIGTERM)
    lab.equal('exit status', director.wait(8), 0)


@case('vrrp')
def address_that_is_not_accepted_is_a_gateway_and_no_host(lab):
    a, b = pair_with_a_host_behind(lab, gateway_only)
    load(a, FOREIGN)
    foreign = nft(a, 'list', 'table', 'inet', 'mine')
    settle(lab, a, b)
    rules = [r['rule'] for r in ruleset(a) if 'rule' in r and r['rule']['table'] == TABLE]
    lab.figure('rules', json.dumps([r['expr'] for r in rules]))
    lab.equal('elements', elements(a), [VIP])
    for host in ('client', 'b', 'a'):
        lab.check(not ping(lab.network, host, VIP), f'an echo request from {host} is not answered')
        lab.equal(f'a connection from {host}', connect(lab.network, host, VIP), 'silent')
    lab.equal('the client knows it as', neighbour(lab.network, 'client', VIP), mac(a))
    lab.check(ping(lab.network, 'client', BEHIND), 'what is behind the router is reached through it')
    lab.check(ping(lab.network, 'client', HOSTS['a']), 'the own address of A answers')
    lab.equal('the table of somebody else is as it was', nft(a, 'list', 'table', 'inet', 'mine') == foreign, True)
    begin = lab.now
    stop(lab, a)
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, skew(PRIORITY['b']) + E)
    lab.check(ping(lab.network, 'client', BEHIND), 'and B forwards')
    lab.check(not ping(lab.network, 'client', VIP), 'and does not answer either')
    lab.check(not has_table(a), 'the table is gone with A')
    lab.equal('the table of somebody else is as it was', nft(a, 'list', 'table', 'inet', 'mine') == foreign, True)


@case('vrrp')
def without_no_accept_the_address_answers_and_nothing_of_nftables_is_touched(lab):
    a, b = pair_with_a_host_behind(lab, lambda text: text)
    settle(lab, a, b)
    lab.equal('ruleset', ruleset(a), [])
    lab.check(ping(lab.network, 'client', VIP), 'an echo request from the client is answered')
    lab.equal('a connection from the client', connect(lab.network, 'client', VIP), 'refused')


@case('vrrp')
def no_accept_comes_and_goes_with_a_reload(lab):
    a, b = pair_with_a_host_behind(lab, lambda text: text)
    settle(lab, a, b)
    text = config.vrrp_only(config.load('a'))
    begin = lab.now
    for change, accepts in ((gateway_only, False), (lambda t: t, True), (gateway_only, False)):
        a.configure(change(text))
        lab.equal('reload', a.reload().returncode, 0)
        lab.equal('answered', ping(lab.network, 'client', VIP), accepts)
        lab.equal('table', has_table(a), not accepts)
    a.configure(config.in_global_defs(gateway_only(text), 'nftables gateways', 'nftables_counters',
                                      'nftables_priority -7'))
    lab.equal('reload', a.reload().returncode, 0)
    lab.equal('the old table', has_table(a), False)
    lab.equal('priority', of_kind(a, 'chain', 'gateways')[0]['prio'], -7)
    lab.check(not ping(lab.network, 'client', VIP), 'not answered')
    counters = [e['counter']['packets'] for r in of_kind(a, 'rule', 'gateways') for e in r['expr'] if 'counter' in e]
    lab.at_least('packets counted', sum(counters), 1, '')
    lab.still_owner('a', begin)


@case('vrrp')
def owner_of_its_addresses_accepts_whatever_is_written(lab):
    a, = lab.build(directors=('a',))
    text = config.edit(config.vrrp_only(config.load('a')), r'priority \d+', 'priority 255')
    a.configure(config.edit(config.preempting(gateway_only(text)), 'state BACKUP', 'state MASTER'))
    a.start()
    lab.wait_owner('a', 3)
    lab.equal('ruleset', ruleset(a), [])
    lab.check(ping(lab.network, 'client', VIP), 'an echo request is answered')


@case('vrrp')
def table_that_somebody_flushes_is_back_at_once(lab):
    a, b = lab.running_vrrp_pair(gateway_only)
    before = nft(a, 'list', 'ruleset')
    for words in (('flush', 'ruleset'), ('flush', 'table', 'inet', TABLE), ('delete', 'table', 'inet', TABLE)):
        begin = lab.now
        nft(a, *words)
        lab.until(lambda: nft(a, 'list', 'ruleset') == before, 2, 'the table is as it was')
        lab.at_most(f'back after nft {words[0]} {words[1]}', lab.now - begin, E)
    lab.check('changed by somebody' in a.log(), 'A says so')
    for _ in range(4):                          # it does not fight for ever
        nft(a, 'flush', 'ruleset')
        lab.sleep(0.2)
    lab.check(not has_table(a), 'after five times in ten seconds it waits')
    lab.until(lambda: has_table(a), 6, 'the table is back later')
    lab.equal('and as it was', nft(a, 'list', 'ruleset') == before, True)


@case('vrrp')
def table_stays_while_the_child_is_replaced_and_goes_with_a_withdrawal(lab):
    a, = lab.build(directors=('a',))
    a.configure(gateway_only(config.vrrp_only(config.load('a'))))
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    begin = lab.now
    killed = a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') not in (None, killed), 5, 'a new vrrp child')
    lab.sleep(1)
    lab.check(not lab.pinger.answers(begin, lab.now), 'nothing was answered meanwhile')
    lab.equal('elements', elements(a), [VIP])
    a.kill_everything()
    lab.equal('the table is left behind', has_table(a), True)
    lab.equal('exit of keepd --withdraw', a.withdraw().returncode, 0)
    lab.equal('ruleset', ruleset(a), [])
    lab.equal('owners', lab.observer.owners(), [])


@case('vrrp')
def table_of_somebody_else_with_our_name_is_not_touched(lab):
    a, = lab.build(directors=('a',))
    load(a, FOREIGN.replace('inet mine', f'inet {TABLE}'))
    foreign = nft(a, 'list', 'ruleset')
    text = config.vrrp_only(config.load('a'))
    a.configure(text)
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    a.configure(gateway_only(text))
    done = a.reload()
    lab.check(done.returncode != 0 and 'is not ours' in done.stdout, f'the reload is refused: {done.stdout}')
    lab.check(ping(lab.network, 'client', VIP), 'what runs is what ran')
    a.configure(config.in_global_defs(gateway_only(text), 'nftables gateways'))
    lab.equal('reload with another name', a.reload().returncode, 0)
    lab.check(not ping(lab.network, 'client', VIP), 'not answered')
    stop(lab, a)
    lab.equal('that table is as it was', nft(a, 'list', 'ruleset') == foreign, True)


@case('vrrp')
def thousand_addresses_are_one_rule(lab):
    """As many as an advert names in each of four instances."""
    a, = lab.build(directors=('a',))
    instances = []
    text = config.vrrp_only(config.load('a'))
    model = config.block(text, 'vrrp_instance')
    for n in range(4):
        lines = '\n'.join(f'        10.{n}.0.{i}' for i in range(1, 251))
        one = config.edit(gateway_only(model), r'virtual_router_id \d+', f'virtual_router_id {60 + n}')
        one = config.edit(one, 'VI_1', f'VI_{n}')
        instances.append(config.edit(one, r'^ *192\.168\.0\.200/32 dev eth0', lines))
    a.configure(config.without(text, 'vrrp_instance') + '\n'.join(instances))
    a.start()
    lab.until(lambda: a.instance('VI_3')['state'] == 'active', down(PRIORITY['a']) + 5, 'all are active')
    lab.equal('elements', len(elements(a)), 1000)
    lab.equal('rules', len(of_kind(a, 'rule')), 1)
    stop(lab, a)
    lab.equal('ruleset', ruleset(a), [])
