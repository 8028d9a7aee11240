# SPDX-License-Identifier: Apache-2.0
"""What a director owns in the kernel: addresses, routes and rules, with all their options, against whoever touches
them. keepalived with the same lines says what they mean."""
import json
import os
import signal
import socket
import struct

from lab import A, E, PRIORITY, VIP, VRID, case, down

D = down(PRIORITY['a'])


def show(director, *words):
    """What `ip -j WORDS` lists there."""
    return json.loads(director.ns.run(['ip', '-j', '-d', *words]).stdout or '[]')


def addresses(director, device='eth0'):
    found = show(director, 'addr', 'show', 'dev', device)
    return [entry for link in found for entry in link['addr_info']]


def prefixes(director, device='eth0'):
    return {f'{a["local"]}/{a["prefixlen"]}' for a in addresses(director, device)}


def instance(name, vrid, lines, vips=(VIP,), interface='eth0', priority=100):
    return (f'vrrp_instance {name} {{\n state BACKUP\n interface {interface}\n virtual_router_id {vrid}\n'
            f' priority {priority}\n advert_int 1\n virtual_ipaddress {{\n  ' + '\n  '.join(vips) + '\n }\n'
            + '\n'.join(lines) + '\n}\n')


def block(keyword, lines):
    return f'{keyword} {{\n  ' + '\n  '.join(lines) + '\n}'


def edit(director, text):
    director.configure(text)
    done = director.reload()
    assert done.returncode == 0, done.stdout


def side_by_side(lab, text):
    """keepd on A and keepalived on B with the same lines, each active in a virtual router of its own."""
    a, b = lab.build(kinds={'b': 'keepalived'})
    for director, vrid in ((a, VRID), (b, VRID + 1)):
        director.ns.sysctl({'ipv6/conf/all/disable_ipv6': 0, 'ipv6/conf/eth0/disable_ipv6': 0})
        director.ns.ip('link add eth1 type veth peer name far1', 'link set eth1 up', 'link set far1 up',
                       'addr add 10.5.0.1/24 dev eth1')
        director.configure(text(vrid))
        director.start()
    return a, b


# -- addresses ---------------------------------------------------------------------------------------------------------

ADDRESSES = ['10.1.0.1/24 brd +', '10.1.1.1/24 brd 10.1.1.99', '10.1.2.1/24 brd - label eth0:x', '10.1.3.1 scope link',
             '10.1.4.1 dev eth1', '10.1.5.1 peer 10.1.5.2', '10.1.6.1/24 noprefixroute', '10.1.7.1 preferred_lft 0',
             '10.1.8.1 scope host', '2001:db8:1::1/64', '2001:db8:2::1', '2001:db8:3::1/64 home',
             '2001:db8:4::1/64 mngtmpaddr', '2001:db8:5::1/64 preferred_lft 0', '2001:db8:6::1 preferred_lft forever']


def told(entry):
    """What is told of an address, without what changes with time, and without who made it."""
    skip = {'protocol', 'valid_life_time', 'preferred_life_time', 'dynamic', 'tentative', 'secondary'}
    known = {k: v for k, v in entry.items() if k not in skip}
    return {**known, 'deprecated': entry.get('preferred_life_time') == 0}


@case('vrrp')
def addresses_have_the_options_that_are_written_as_with_keepalived(lab):
    def text(vrid):
        return instance('VI_1', vrid, [block('virtual_ipaddress_excluded', ADDRESSES)],
                        vips=['10.1.9.1/24 brd + label eth0:vip'])

    def ours(director):
        return {x['local']: told(x) for device in ('eth0', 'eth1') for x in addresses(director, device)
                if x['local'].startswith(('10.1.', '2001:'))}

    a, b = side_by_side(lab, text)
    for director in (a, b):
        lab.until(lambda d=director: len(ours(d)) == len(ADDRESSES) + 1, 10, f'{director.kind} has all addresses')
    left, right = ours(a), ours(b)
    for local, entry in sorted(left.items()):
        lab.check(entry == right[local], f'{local}: keepd {entry}, keepalived {right[local]}')
    lab.figure('addresses that are the same', len(left))
    adverts = lab.observer.adverts_of('a')[-1]
    lab.equal('named in adverts', adverts.addresses, ('10.1.9.1',))
    begin = lab.now
    lab.until(lambda: lab.observer.garps_of('a', begin - 10, address='10.1.0.1'), 5, 'an excluded one is announced')
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    lab.equal('left', sorted(ours(a)), [])


@case('vrrp', seconds=90)
def more_addresses_than_an_advert_has_room_for_move_all_the_same(lab):
    vips = [f'10.{i // 250}.{i % 250 + 1}.1' for i in range(2000)]
    a, b = lab.build()
    for director in (a, b):
        director.configure(instance('VI_1', VRID, [], vips=[VIP, *vips], priority=PRIORITY[director.name]))
        director.start()
    lab.until(lambda: len(addresses(a)) == 2002, D + 8, 'A has all addresses')
    lab.equal('named in an advert', len(lab.observer.adverts_of('a')[-1].addresses), 255)
    lab.check('room for 255 addresses' in a.ns.run([f'{a.bindir}/keepd', '-t', '-f', a.conf]).stdout, 'keepd -t says so')
    begin = lab.now
    a.ns.ip('link set eth0 mtu 576')
    lab.until(lambda: 'MTU of eth0 is 576' in a.log(), 3, 'A notices the MTU')
    lab.sleep(1.5 * A)
    lab.equal('named with an MTU of 576', len(lab.observer.adverts_of('a')[-1].addresses), (576 - 36) // 4)
    lab.still_owner('a', begin)
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: len(addresses(b)) == 2002, 10, 'B has all addresses')
    lab.at_most('handover of all', lab.now - begin, 3.0)
    lab.equal('exit status', a.wait(5), 0)
    lab.equal('left on A', len(addresses(a)), 1)


@case('vrrp')
def no_track_leaves_a_loss_as_it_is_and_the_others_are_put_back(lab):
    a, _ = lab.build()
    a.configure(instance('VI_1', VRID, [block('virtual_ipaddress_excluded',
                                              ['10.1.0.1', '10.1.0.2 no_track', '10.1.0.3 dev eth7'])],
                         priority=PRIORITY['a']))
    a.start()
    lab.until(lambda: {'10.1.0.1/32', '10.1.0.2/32'} <= prefixes(a), D + 5, 'A has its addresses')
    lab.check('10.1.0.3/32 waits for its interface' in a.log(), 'the log tells what is missing')
    a.ns.ip('addr del 10.1.0.2/32 dev eth0', 'addr del 10.1.0.1/32 dev eth0')
    lab.until(lambda: '10.1.0.1/32' in prefixes(a), 1, 'the first is put back')
    lab.sleep(1)
    lab.check('10.1.0.2/32' not in prefixes(a), 'the second is not')
    a.ns.ip('link add eth7 type veth peer name far7', 'link set eth7 up')
    lab.until(lambda: '10.1.0.3/32' in prefixes(a, 'eth7'), 1, 'the third comes with its interface')
    lab.figure('repairs', a.instance()['repairs'])


@case('vrrp')
def promote_secondaries_is_set_while_it_runs_and_an_own_secondary_address_survives(lab):
    def promotes():
        return int(a.ns.call(lambda: open('/proc/sys/net/ipv4/conf/eth0/promote_secondaries').read()))

    a, _ = lab.build()
    a.ns.sysctl({'ipv4/conf/eth0/promote_secondaries': 0})
    a.configure(instance('VI_1', VRID, [' promote_secondaries'], vips=['10.1.0.1/24'], priority=PRIORITY['a']))
    a.start()
    lab.until(lambda: '10.1.0.1/24' in prefixes(a), D + 5, 'A has the address')
    lab.equal('while it runs', promotes(), 1)
    a.ns.ip('addr add 10.1.0.9/24 dev eth0')
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    lab.check('10.1.0.9/24' in prefixes(a), 'the other address is there')
    lab.equal('afterwards', promotes(), 0)


# -- routes and rules --------------------------------------------------------------------------------------------------

ROUTES = ['10.20.0.0/24 via 10.5.0.254', '10.20.1.0/24 via 10.5.0.254 dev eth1 src 10.5.0.1 metric 7',
          '10.20.2.0/24 dev eth1 scope link', '10.20.3.0/24 dev eth1 scope global', '10.20.4.0/24 via 10.5.0.254 table 77',
          'blackhole 10.20.5.0/24', 'unreachable 10.20.6.0/24', 'prohibit 10.20.7.0/24 table 77',
          'throw 10.20.8.0/24 table 77',
          '10.20.9.0/24 nexthop via 10.5.0.253 weight 2 nexthop via 10.5.0.254 dev eth1 weight 3',
          '10.20.10.0/24 via 10.7.7.7 dev eth1 onlink', '10.20.11.0/24 via 10.5.0.254 mtu lock 1400 advmss 1300',
          '10.20.12.0/24 via 10.5.0.254 rtt 400ms rttvar 300ms rto_min 300ms cwnd lock 20 ssthresh 30 reordering 5',
          '10.20.13.0/24 via 10.5.0.254 window 1000 initcwnd 12 initrwnd 14 hoplimit 33 quickack 1',
          '10.20.14.0/24 via 10.5.0.254 features ecn realms 3/4', '10.20.15.0/24 via 10.5.0.254 tos 0x10',
          '10.20.16.0/24 via 10.5.0.254 congctl reno', '10.20.17.0/24 dev eth1 metric 4294967295 scope link',
          '10.20.18.7 dev eth1 scope site', '2001:db8:20::/64 via 2001:db8:5::2', '2001:db8:21::/64 dev eth1 metric 9',
          'blackhole 2001:db8:22::/64 dev lo', '2001:db8:23::/64 via 2001:db8:5::2 dev eth1 pref high',
          '2001:db8:24::/64 dev eth1 table 77 mtu 1400',
          '2001:db8:25::/64 nexthop via 2001:db8:5::2 dev eth1 weight 2 nexthop via 2001:db8:5::3 dev eth1']

RULES = ['from 10.30.0.0/24 table 77 preference 1000', 'to 10.30.1.0/24 table main preference 1001',
         'from 10.30.2.1 iif eth1 table 77 preference 1002', 'fwmark 0x10/0xff table 77 preference 1003',
         'not from 10.30.3.0/24 to 10.30.4.0/24 table 77 preference 1004', 'from 10.30.5.0/24 blackhole preference 1005',
         'from 10.30.6.0/24 prohibit preference 1006', 'from 10.30.7.0/24 unreachable preference 1007',
         'from 10.30.8.0/24 goto 2000 preference 1008', 'nop preference 2000', 'oif eth1 table 77 preference 1009',
         'from 10.30.9.0/24 table 77 suppress_prefixlength 0 preference 1010', 'tos 0x10 table 77 preference 1011',
         'uidrange 1000-2000 table 77 preference 1012', 'ipproto tcp sport 1000-2000 dport 80-80 table 77 preference 1013',
         'from 10.30.10.0/24 table 77 realms 3/4 preference 1014', 'tunnel-id 7 table 77 preference 1015',
         'from 2001:db8:30::/64 table 77 preference 1000', 'to 2001:db8:31::/64 l3mdev preference 1016']


def own(entries):
    """Those of keepd or keepalived, without who made them, in an order."""
    found = [{k: v for k, v in e.items() if k not in ('protocol', 'flags')} for e in entries
             if str(e.get('protocol')) in ('112', 'keepalived', '18')]
    return sorted(found, key=lambda e: json.dumps(e, sort_keys=True))


def routes(director):
    return own([{**e, 'family': 4} for e in show(director, '-4', 'route', 'show', 'table', 'all')]
               + [{**e, 'family': 6} for e in show(director, '-6', 'route', 'show', 'table', 'all')])


def rules(director):
    return own(show(director, '-4', 'rule') + [{**e, 'family': 6} for e in show(director, '-6', 'rule')])


def compare(lab, what, a, b):
    left, right = ({json.dumps(e, sort_keys=True) for e in side} for side in (a, b))
    lab.check(left == right, f'{what}: only keepd {sorted(left - right)}, only keepalived {sorted(right - left)}')
    lab.figure(f'{what} that are the same', len(left))


@case('vrrp')
def routes_and_rules_are_those_of_keepalived_with_the_same_lines(lab):
    def text(vrid):
        return instance('VI_1', vrid, [block('virtual_ipaddress_excluded', ['2001:db8:5::1/64 dev eth1']),
                                       block('virtual_routes', ROUTES), block('virtual_rules', RULES)])

    a, b = side_by_side(lab, text)
    lab.until(lambda: len(rules(a)) == len(RULES), D + 5, 'keepd has its rules')
    lab.until(lambda: len(rules(b)) == len(RULES), 10, 'keepalived has its rules')
    lab.sleep(A)
    lab.check('taken away' not in a.log() and 'trying again' not in a.log(), 'nothing failed, nothing is missed')
    compare(lab, 'routes', routes(a), routes(b))
    compare(lab, 'rules', rules(a), rules(b))
    lab.equal('routes that are missing', len(ROUTES) - len(routes(a)), 0)
    begin = lab.now
    a.ns.ip('route flush table 77', 'route del 10.20.0.0/24', 'rule del preference 1003',
            'route del 2001:db8:20::/64')
    lab.until(lambda: len(routes(a)) == len(ROUTES) and len(rules(a)) == len(RULES), 1, 'all is put back')
    lab.at_most('put back after', lab.now - begin, 0.5)
    compare(lab, 'routes after repair', routes(a), routes(b))
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    lab.equal('left', [routes(a), rules(a)], [[], []])


# -- static objects ----------------------------------------------------------------------------------------------------

STATIC = (block('static_ipaddress', ['10.40.0.1/24 dev eth1', '10.40.1.1/24 dev eth7 track_group far']) + '\n'
          + block('static_routes', ['10.41.0.0/24 via 10.40.0.254 src 10.40.0.1', '10.41.1.0/24 dev eth7 track_group far'])
          + '\n' + block('static_rules', ['from 10.40.0.0/24 table 77 preference 1500']) + '\n'
          + 'track_group far {\n group {\n  VI_1\n }\n}\n')


def statics(director):
    return (sorted(p for device in ('eth1', 'eth7') for p in prefixes(director, device) if p.startswith('10.4')),
            sorted(r['dst'] for r in routes(director)), [r['priority'] for r in rules(director)])


ALL = (['10.40.0.1/24', '10.40.1.1/24'], ['10.41.0.0/24', '10.41.1.0/24'], [1500])


@case('vrrp', seconds=90)
def static_objects_are_there_in_any_state_and_a_missing_one_is_a_fault_of_its_track_group(lab):
    a, _ = lab.build()
    a.ns.ip('link add eth1 type veth peer name far1', 'link set eth1 up', 'link set far1 up',
            'link add eth7 type veth peer name far7', 'link set eth7 up', 'link set far7 up')
    a.configure(instance('VI_1', VRID, [], priority=PRIORITY['a']) + STATIC)
    a.start()
    lab.equal('at the start, as a backup', statics(a), ALL)
    lab.equal('state', a.instance()['state'], 'backup')
    lab.until(lambda: a.instance()['state'] == 'active', D + 3, 'A is active')
    begin = lab.now
    a.ns.ip('link set eth7 down')
    lab.until(lambda: a.instance()['state'] == 'fault', 3, 'without the link the route is missing: a fault')
    lab.figure('reason', a.instance()['reason'])
    lab.check('10.41.1.0/24' in a.instance()['reason'], 'it names what is missing')
    lab.equal('priority 0 is sent', [x.priority for x in lab.observer.adverts_of('a', begin)][-1:], [0])
    a.ns.ip('link set eth7 up')
    lab.until(lambda: a.instance()['state'] == 'backup', 3, 'with the link it is back')
    lab.equal('then', statics(a), ALL)
    a.ns.run(['ip', 'addr', 'flush', 'dev', 'eth1'])
    a.ns.run(['ip', 'rule', 'del', 'preference', '1500'])
    begin = lab.now
    lab.until(lambda: statics(a) == ALL, 3, 'what somebody flushed is there again')
    lab.at_most('after', lab.now - begin, 2.5)
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    lab.equal('after the stop', statics(a), ([], [], []))


@case('vrrp', seconds=90)
def flush_of_everything_by_a_network_manager_is_made_good(lab):
    """Addresses, routes and rules are flushed at once, three times in a row, as a restarted manager does."""
    lines = [block('virtual_ipaddress_excluded', ['10.42.0.1/24', '2001:db8:42::1/64']),
             block('virtual_routes', ['10.43.0.0/24 via 10.42.0.254', '2001:db8:43::/64 via 2001:db8:42::2']),
             block('virtual_rules', ['from 10.42.0.0/24 table 77 preference 1500'])]

    def owned(director):
        return (sorted(p for p in prefixes(director) if not p.startswith(('192.168.0.10/', 'fe80'))),
                sorted(r['dst'] for r in routes(director)), [r['priority'] for r in rules(director)])

    a, _ = lab.build()
    a.ns.sysctl({'ipv6/conf/all/disable_ipv6': 0, 'ipv6/conf/eth0/disable_ipv6': 0})
    a.configure(instance('VI_1', VRID, [' nopreempt', *lines], priority=PRIORITY['a']))
    a.start()
    lab.until(lambda: len(rules(a)) == 1 and len(routes(a)) == 2, D + 3, 'A is active')
    lab.sleep(A)
    all_of_it = owned(a)
    worst = 0.0
    for _ in range(3):
        a.ns.run(['ip', '-6', 'route', 'flush', 'proto', '112'])
        a.ns.run(['ip', 'route', 'flush', 'proto', '112'])
        a.ns.run(['ip', 'rule', 'flush'])
        a.ns.ip('rule add table main preference 32766', 'rule add table default preference 32767')
        a.ns.run(['ip', 'addr', 'flush', 'dev', 'eth0', 'scope', 'global'])
        a.ns.ip('addr add 192.168.0.10/24 brd + dev eth0')
        begin = lab.now
        lab.until(lambda: owned(a) == all_of_it, 8, f'all is there again: {all_of_it}')
        worst = max(worst, lab.now - begin)
        lab.sleep(3.5)
    lab.at_most('there again after', worst, 5.0)
    lab.until(lambda: a.instance()['state'] == 'active', D + 3, 'and A is active')


# -- life and death ----------------------------------------------------------------------------------------------------

def everything(lab, a, more=(), vips=(VIP,), extra=''):
    """The configuration of one instance with some of all."""
    lines = [' nopreempt', block('virtual_ipaddress_excluded', ['10.42.0.1/24', '10.42.1.1/24 label eth0:x']),
             block('virtual_routes', ['10.43.0.0/24 via 10.42.0.254', 'blackhole 10.43.1.0/24', *more]),
             block('virtual_rules', ['from 10.42.0.0/24 table 77 preference 1500'])]
    a.ns.ip('link add eth1 type veth peer name far1', 'link set eth1 up', 'link set far1 up')
    return (extra + instance('VI_1', VRID, lines, vips=vips, priority=PRIORITY['a'])
            + block('static_ipaddress', ['10.40.0.1/24 dev eth1']) + '\n'
            + block('static_routes', ['10.41.0.0/24 via 10.40.0.254']) + '\n'
            + block('static_rules', ['from 10.40.0.0/24 table 77 preference 1600']) + '\n')


def has(director):
    mine = sorted(p for device in ('eth0', 'eth1') for p in prefixes(director, device) if p.startswith('10.'))
    return (mine, sorted(r['dst'] for r in routes(director)), sorted(r['priority'] for r in rules(director)))


WHOLE = (['10.40.0.1/24', '10.42.0.1/24', '10.42.1.1/24'], ['10.41.0.0/24', '10.43.0.0/24', '10.43.1.0/24'], [1500, 1600])
NOTHING = ([], [], [])


@case('vrrp', seconds=90)
def after_a_crash_of_everything_withdraw_and_the_next_start_find_what_is_left(lab):
    a, _ = lab.build()
    text = everything(lab, a)
    a.configure(text)
    a.start()
    lab.until(lambda: has(a) == WHOLE, D + 3, 'A has all of it')
    a.ns.ip('route add 10.43.9.0/24 via 10.42.0.253', 'rule add from 10.42.9.0/24 table 77 preference 1700')
    a.kill_everything()
    lab.equal('left by the crash', has(a), WHOLE)
    done = a.withdraw()
    lab.equal('exit of keepd --withdraw', done.returncode, 0)
    lab.equal('left by --withdraw', has(a), NOTHING)
    lab.check('preference 1700' in a.ns.run(['ip', 'rule']).stdout.replace('1700:', 'preference 1700'),
              'the rule of somebody else stays')
    a.start()
    lab.until(lambda: has(a) == WHOLE, D + 3, 'A has all of it again')
    a.kill_everything()
    a.configure(instance('VI_1', VRID, [' nopreempt', block('virtual_routes', ['blackhole 10.43.1.0/24'])],
                         priority=PRIORITY['a']))
    a.start()
    lab.equal('with another configuration, as a backup', has(a), NOTHING)
    lab.until(lambda: has(a) == ([], ['10.43.1.0/24'], []), D + 3, 'what it has, as the active one')
    a.kill_child('vrrp')
    lab.sleep(2)
    lab.equal('after the death of the child', has(a), ([], ['10.43.1.0/24'], []))


@case('vrrp', seconds=90)
def reload_touches_the_difference_and_nothing_else(lab):
    a, _ = lab.build()
    text = everything(lab, a)
    a.configure(text)
    a.start()
    lab.until(lambda: has(a) == WHOLE, D + 3, 'A has all of it')
    lab.sleep(A)
    log = os.path.join(a.dir, 'monitor')
    with open(log, 'w') as out:
        monitor = a.ns.popen(['ip', '-o', 'monitor', 'address', 'route', 'rule'], stdout=out)
    lab.sleep(0.5)

    def told(change):
        """The lines of `ip monitor` about a reload to the changed text."""
        before = os.path.getsize(log)
        edit(a, change)
        lab.sleep(0.7)
        with open(log) as f:
            f.seek(before)
            return [line.strip() for line in f if ' local ' not in ' ' + line and 'broadcast' not in line]

    try:
        lab.equal('reload of the same', told(text), [])
        lines = told(text.replace('blackhole 10.43.1.0/24', 'blackhole 10.43.2.0/24'))
        lab.equal('one route replaced', len(lines), 2)
        lab.check(lines[0].startswith('Deleted') and '10.43.1.0/24' in lines[0] and '10.43.2.0/24' in lines[1],
                  f'the old one goes, the new one comes: {lines}')
        lines = told(text.replace('10.43.0.0/24 via 10.42.0.254', '10.43.0.0/24 via 10.42.0.253')
                     .replace('blackhole 10.43.1.0/24', 'blackhole 10.43.2.0/24'))
        lab.equal('one route by another way', len(lines), 2)
        lines = told(text.replace('10.42.1.1/24 label eth0:x', '10.42.1.1/24 label eth0:y')
                     .replace('10.43.0.0/24 via 10.42.0.254', '10.43.0.0/24 via 10.42.0.253')
                     .replace('blackhole 10.43.1.0/24', 'blackhole 10.43.2.0/24'))
        lab.equal('addresses touched for another label', sorted({w for line in lines for w in line.split()
                                                                  if w.startswith('10.42.') and 'dev' not in w
                                                                  and w.endswith('1/24')}), ['10.42.1.1/24'])
        moved = text.replace('from 10.42.0.0/24 table 77 preference 1500\n', '').replace(
            'from 10.40.0.0/24', 'from 10.42.0.0/24 table 77 preference 1500\n from 10.40.0.0/24')
        edit(a, text)
        lab.sleep(0.7)
        lab.equal('a rule that becomes static', told(moved), [])
        lab.equal('all of it', has(a), WHOLE)
    finally:
        monitor.terminate()
        monitor.wait()


@case('vrrp', seconds=90)
def object_that_fails_holds_up_no_other_and_the_log_says_why(lab):
    a, _ = lab.build()
    a.configure(everything(lab, a, more=['10.44.0.0/24 via 10.99.0.1', '10.44.1.0/24 dev eth9'], extra='')
                .replace('10.42.1.1/24 label', '2001:db8::1/64\n10.42.1.1/24 label'))
    a.start()
    lab.until(lambda: has(a) == WHOLE, D + 3, 'A has all that is possible')
    lab.sleep(A)
    for words in ('add route 10.44.0.0/24: Network is unreachable', 'route 10.44.1.0/24 waits for its interface',
                  'IPv6 is switched off on the interface: disable_ipv6'):
        lab.check(words in a.log(), f'the log says: {words}')
    told = a.instance()
    lab.equal('keepctl status', [told[x] for x in ('addresses', 'addresses_present', 'routes', 'routes_present', 'rules',
                                                   'rules_present')], [4, 3, 4, 2, 1, 1])
    lab.figure('lines about it in the log', sum('trying again' in line for line in a.log().splitlines()))
    a.ns.ip('addr add 10.99.0.2/24 dev eth1')
    lab.until(lambda: '10.44.0.0/24' in has(a)[1], 3, 'the first comes when it can')
    a.ns.ip('link add eth9 type veth peer name far9', 'link set eth9 up', 'link set far9 up')
    lab.until(lambda: '10.44.1.0/24' in has(a)[1], 3, 'and the second')
    begin = lab.now
    a.ns.ip('link set eth9 down')
    lab.until(lambda: '10.44.1.0/24' not in has(a)[1], 3, 'with the link it goes')
    a.ns.ip('link set eth9 up')
    lab.until(lambda: '10.44.1.0/24' in has(a)[1], 3, 'and comes back')
    lab.check('taken away' not in a.log(), 'which nobody is suspected of')
    lab.advert_gap('a', begin)


@case('vrrp', seconds=90)
def flood_of_events_beyond_a_tiny_buffer_misses_nothing(lab):
    a, _ = lab.build()
    a.configure(everything(lab, a, extra='global_defs {\n vrrp_netlink_monitor_rcv_bufs 4096\n}\n'))
    a.start()
    lab.until(lambda: has(a) == WHOLE, D + 3, 'A has all of it')
    lab.sleep(A)
    begin = lab.now
    child = a.need_child('vrrp')
    os.kill(child, signal.SIGSTOP)              # or it may be fast enough to lose nothing
    a.ns.ip(*[f'addr add 10.9.{i // 250}.{i % 250}/32 dev lo' for i in range(500)])
    os.kill(child, signal.SIGCONT)
    a.ns.ip(*[f'addr add 10.9.{i // 250}.{i % 250}/32 dev lo' for i in range(500, 5000)], 'addr del 10.42.1.1/24 dev eth0',
            'route del 10.43.0.0/24', 'rule del preference 1500',
            *[f'addr del 10.9.{i // 250}.{i % 250}/32 dev lo' for i in range(5000)])
    ended = lab.now
    lab.until(lambda: has(a) == WHOLE, 8, 'all is there again')
    lab.at_most('after the flood', lab.now - ended, 2.0)
    lab.check('reading everything' in a.log(), 'events were lost, and the log says so')
    lab.advert_gap('a', begin)
    lab.equal('state', a.instance()['state'], 'active')


@case('vrrp')
def message_of_another_process_is_not_taken_for_the_kernel(lab):
    def forged(port):
        """RTM_DELADDR of the VIP and RTM_DELLINK of eth0, sent to a netlink socket of the daemon."""
        index = socket.if_nametoindex('eth0')
        address = struct.pack('=BBBBI', socket.AF_INET, 32, 0, 0, index) + struct.pack(
            '=HH4s', 8, 2, socket.inet_aton(VIP))
        link = struct.pack('=BBHiII', 0, 0, 1, index, 0, 0)
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as s:
            for kind, body in ((21, address), (17, link)):
                s.sendto(struct.pack('=IHHII', 16 + len(body), kind, 0, 0, 0) + body, (port, 0))

    a, _ = lab.running_vrrp_pair()
    begin, lines = lab.now, len(a.log().splitlines())
    folder = f'/proc/{a.need_child("vrrp")}/fd'
    inodes = {os.readlink(f'{folder}/{fd}')[8:-1] for fd in os.listdir(folder)}
    rows = [row.split() for row in a.ns.read('netlink').splitlines()[1:]]
    ports = [int(row[2]) for row in rows if row[1] == '0' and row[9] in inodes]
    for port in ports:
        a.ns.call(forged, port)
    lab.at_least('sockets written to', len(ports), 2, 'sockets')
    lab.sleep(2 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('words about it', a.log().splitlines()[lines:], [])
