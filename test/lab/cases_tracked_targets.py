# SPDX-License-Identifier: Apache-2.0
"""Hosts that are pinged, services that are connected to: whoever reaches fewer of them gives the VIP to who reaches more."""
import config
from cases_tracking import on_a
from lab import E, PRIORITY, case, down, skew

CLIENT, SECOND = '192.168.0.1', '192.168.0.2'
NOBODY = '02:00:00:00:00:99'
INTERVAL, FALL = 0.4, 2
LOST = INTERVAL * (FALL + 1)    # a question may have been asked just before
PORT = 7777
LISTEN = f'''
import socket, sys
s = socket.create_server(('', {PORT}), reuse_port=True)
while True:
    s.accept()[0].close()
'''


def tracked(kind, *rows, weight='', both=False):
    """Director A tracks it, or both do."""
    def change(text):
        text = config.preempting(text)
        if not both and 'priority 150' not in text:
            return text
        block = '\n'.join([f'vrrp_track_{kind} uplink {{', f'interval {INTERVAL}', f'fall {FALL}', *rows, '}'])
        return block + '\n' + config.edit(text, r'^ *advert_int 1$', rf'\g<0>\ntrack_{kind} {{\nuplink {weight}\n}}')
    return change


def lose(director, address):
    """Frames to it go to nobody."""
    director.ns.ip(f'neigh replace {address} lladdr {NOBODY} dev eth0 nud permanent')


def find(director, address):
    director.ns.ip(f'neigh del {address} dev eth0')


@case('vrrp', seconds=90)
def pinged_host_that_is_lost_is_a_fault_which_names_it(lab):
    a, _ = lab.running_vrrp_pair(tracked('ping', f'target {CLIENT}'))
    lab.sleep(1)
    for way, fall, rise in (('silent', lambda: lose(a, CLIENT), lambda: find(a, CLIENT)),
                            ('no route', lambda: a.ns.ip(f'route add unreachable {CLIENT}/32'),
                             lambda: a.ns.ip(f'route del unreachable {CLIENT}/32'))):
        begin = lab.now
        fall()
        lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
        lab.at_most(f'takeover, {way}', lab.observer.acquired('b', begin) - begin, LOST + skew(PRIORITY['b']) + E)
        instance = a.instance()
        lab.equal('state and reason', [instance['state'], instance['reason']],
                  ['fault', 'tracked ping uplink does not reach enough targets'])
        lab.check(f'ping uplink: up -> down ({CLIENT} does not answer)' in a.log(), 'A says why')
        begin = lab.now
        rise()
        lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
        lab.at_most('given back', lab.observer.acquired('a', begin) - begin, 2 * INTERVAL + down(PRIORITY['a']) + E)
        lab.sleep(1)


@case('vrrp', seconds=90)
def who_reaches_more_hosts_owns_the_vip(lab):
    a, b = lab.vrrp_pair(tracked('ping', f'target {CLIENT}', f'target {SECOND}', weight='weight 60', both=True))
    lab.network.host['client'].ip(f'addr add {SECOND}/24 dev eth0')
    a.start()
    b.start()
    lab.until(lambda: lab.observer.owners() == ['a'], 10, 'A alone owns the VIP')
    lab.sleep(1)
    lab.equal('priorities', [x.instance()['priority'] for x in (a, b)], [254, 220])
    lose(a, SECOND)
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'A has lost one: B alone owns the VIP')
    lab.equal('priorities', [x.instance()['priority'] for x in (a, b)], [210, 220])
    lose(b, SECOND)
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'both have lost one: A alone owns the VIP')
    lab.equal('priorities', [x.instance()['priority'] for x in (a, b)], [210, 160])
    begin = lab.now
    lose(a, CLIENT)
    lose(b, CLIENT)
    lab.sleep(LOST + 1)
    lab.equal('priorities where all is lost', [x.instance()['priority'] for x in (a, b)], [150, 100])
    lab.still_owner('a', begin)
    reached = [(t['kind'], t['name'], t['result']) for t in a.status()['trackers']]
    lab.equal('tracker', reached, [('ping', 'uplink', 'down')])


@case('vrrp', seconds=90)
def as_many_targets_must_be_reached_as_are_needed(lab):
    a, _ = lab.vrrp_pair(tracked('ping', f'target {CLIENT}', f'target {SECOND}', 'target 192.168.0.3', 'need 2'))
    client = lab.network.host['client']
    client.ip(f'addr add {SECOND}/24 dev eth0')
    a.start()
    lab.until(lambda: a.instance()['state'] == 'active', 10, 'two of three are enough')
    lose(a, SECOND)
    lab.until(lambda: a.instance()['state'] == 'fault', LOST + E, 'one of three is not')
    client.ip('addr add 192.168.0.3/24 dev eth0')
    lab.until(lambda: a.instance()['state'] == 'active', 8, 'two others are enough')


@case('vrrp', seconds=90)
def service_that_accepts_no_connection_is_a_fault(lab):
    a, b = lab.vrrp_pair(tracked('tcp', f'target {CLIENT} {PORT}'))
    client = lab.network.host['client']
    service = client.popen(['python3', '-c', LISTEN])
    a.start()
    lab.until(lambda: lab.observer.owners() == ['a'], 10, 'A alone owns the VIP')
    b.start()
    lab.sleep(1)
    begin = lab.now
    service.kill()
    service.wait()
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover, refused', lab.observer.acquired('b', begin) - begin, LOST + skew(PRIORITY['b']) + E)
    lab.equal('reason', a.instance()['reason'], 'tracked tcp uplink does not reach enough targets')
    begin = lab.now
    service = client.popen(['python3', '-c', LISTEN])
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    begin = lab.now
    lose(a, CLIENT)
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover, silent', lab.observer.acquired('b', begin) - begin, LOST + skew(PRIORITY['b']) + E)
    service.kill()
    service.wait()


WHO_ASKS = '''
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.settimeout(0.2)
end, seen = time.monotonic() + 2.5, set()
while time.monotonic() < end:
    try:
        data, peer = s.recvfrom(200)
    except TimeoutError:
        continue
    if data[20] == 8:
        seen.add(peer[0])
print(*sorted(seen))
'''


@case('vrrp')
def pings_never_come_from_a_virtual_address(lab):
    def other_vip(text):
        return config.edit(text, '192.168.0.200/32 dev eth0', '192.168.5.1/24 dev eth0')

    track = tracked('ping', 'target 192.168.5.9')
    a, _ = lab.vrrp_pair(lambda text: other_vip(track(text)))
    client = lab.network.host['client']
    client.ip('addr add 192.168.5.9/24 dev eth0')
    a.ns.ip('route add 192.168.5.9/32 dev eth0')
    a.start()
    lab.until(lambda: a.instance()['state'] == 'active', 10, 'A is active')
    a.ns.ip('route del 192.168.5.9/32 dev eth0')
    lab.equal('the kernel would ask from', '192.168.5.1' in a.ns.run(['ip', 'route', 'get', '192.168.5.9']).stdout, True)
    lab.equal('asked from', client.run(['python3', '-c', WHO_ASKS]).stdout.split(), ['192.168.0.10'])
    lab.equal('tracker', a.status()['trackers'][0]['result'], 'up')


@case('vrrp')
def pings_work_over_ipv6(lab):
    a, _ = lab.vrrp_pair(tracked('ping', 'target fd00::1'))
    for name in ('client', 'a'):
        lab.network.host[name].sysctl({'ipv6/conf/all/disable_ipv6': 0, 'ipv6/conf/eth0/disable_ipv6': 0})
        lab.network.host[name].ip(f"addr add fd00::{'1' if name == 'client' else 'a'}/64 dev eth0 nodad")
    a.start()
    lab.until(lambda: a.instance()['state'] == 'active', 10, 'A is active')
    lab.network.host['client'].ip('addr del fd00::1/64 dev eth0')
    lab.until(lambda: a.instance()['state'] == 'fault', LOST + 2 * E, 'A is in fault')
    lab.network.host['client'].ip('addr add fd00::1/64 dev eth0 nodad')
    lab.until(lambda: a.instance()['state'] == 'active', 10, 'A is active again')
