# SPDX-License-Identifier: Apache-2.0
"""FRR's vrrpd as the other router: both role orders, versions 2 and 3, IPv4 and IPv6."""
import re
import signal
import socket

import config
from frr import FrrVrrp
from lab import E, V2, VIP, VRID, Timing, case
from topology import VIP6, VIP6_LINK

V3 = Timing(3, 1)
HIGH, LOW = 150, 100


def client_sees(lab, address):
    """The MAC by which the client knows the address now."""
    def ask():
        with socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect((address, 9))
            s.send(b'?')
    lab.network.host['client'].call(ask)
    lab.sleep(0.5)
    words = lab.network.host['client'].run(['ip', 'neigh', 'show', 'to', address, 'dev', 'eth0']).stdout.split()
    return words[words.index('lladdr') + 1] if 'lladdr' in words else None


def macs(director):
    """Of all its links: a Linux host answers by eth0 for what stands on the macvlan of FRR."""
    return re.findall(r'link/ether (\S+)', director.ns.run(['ip', '-o', 'link']).stdout)


def state(director):
    return director.instance()['state']


def together(lab, timing, addresses, text, ours, theirs):
    """keepd on A with priority OURS, FRR on B with THEIRS: FRR starts first, keepd joins, stops, and joins again."""
    high, low = ('a', 'b') if ours > theirs else ('b', 'a')
    a, b = lab.build(vip=addresses[-1])
    a.configure(config.preempting(text))
    frr = FrrVrrp(b.ns, lab.logdir, VRID, addresses, f'version {timing.version}', f'priority {theirs}',
                  f'advertisement-interval {timing.interval * 1000:g}')
    lab.until(lambda: frr.state() == 'Master', timing.down(theirs) + 5, 'FRR alone is master')
    begin = lab.now
    a.start()
    if high == 'a':
        lab.until(lambda: state(a) == 'active', timing.down(ours) + 2, 'keepd takes over from FRR')
        lab.at_most('keepd takes over after', lab.now - begin, timing.down(ours) + 1)
        lab.until(lambda: frr.state() == 'Backup', timing.interval + 1, 'FRR yields')
        lab.sleep(1)
        lab.check(client_sees(lab, addresses[-1]) in macs(a), 'the client sees A')
        begin = lab.just_after_advert('a')
        a.signal(signal.SIGTERM)
        lab.until(lambda: frr.state() == 'Master' and lab.observer.adverts_of('b', begin), 5, 'FRR takes over')
        lab.at_most('handed over to FRR', lab.observer.adverts_of('b', begin)[0].time - begin,
                    timing.interval + timing.skew(theirs) + E)
        lab.sleep(1)
        lab.check(client_sees(lab, addresses[-1]) in macs(b), 'the client sees B')
    else:
        lab.sleep(timing.down(ours) + 1)
        lab.equal('keepd beside FRR', state(a), 'backup')
        lab.equal('adverts of keepd', len(lab.observer.adverts_of('a')), 0)
        last = lab.just_after_advert('b')
        lab.network.unplug('b')
        lab.until(lambda: state(a) == 'active', timing.down(ours) + 3, 'keepd takes over')
        first = lab.observer.adverts_of('a', last)[0].time
        lab.at_least('keepd takes over after', first - last, timing.down(ours) - 0.01)
        lab.at_most('keepd takes over after', first - last, timing.down(ours) + E)
        lab.network.plug('b')
        lab.until(lambda: state(a) == 'backup', timing.down(theirs) + 3, 'keepd yields to FRR, which comes back')
        lab.sleep(1)                            # FRR, which knew nothing of it, does not announce again
        errors = {cause: n for cause, n in a.instance()['errors'].items() if n}
        lab.equal('adverts of FRR not as they should be', errors, {})
    return high, low


def ipv4(timing, priority):
    text = config.edit(config.vrrp_only(config.load('a')), r'priority 150', f'priority {priority}')
    return text if timing.version == 2 else config.version_3(text, timing.interval)


def ipv6(priority):
    return config.edit(config.ipv6(config.vrrp_only(config.load('a')), 1), r'priority 150', f'priority {priority}')


@case('vrrp')
def frr_of_version_2_gives_way_to_keepd_and_takes_over_again(lab):
    together(lab, V2, [VIP], ipv4(V2, HIGH), HIGH, LOW)


@case('vrrp')
def keepd_takes_over_from_frr_of_version_2_and_gives_way_again(lab):
    together(lab, V2, [VIP], ipv4(V2, LOW), LOW, HIGH)


@case('vrrp')
def frr_of_version_3_gives_way_to_keepd_and_takes_over_again(lab):
    together(lab, V3, [VIP], ipv4(V3, HIGH), HIGH, LOW)


@case('vrrp')
def keepd_takes_over_from_frr_of_version_3_and_gives_way_again(lab):
    together(lab, V3, [VIP], ipv4(V3, LOW), LOW, HIGH)


@case('vrrp')
def frr_over_ipv6_gives_way_to_keepd_and_takes_over_again(lab):
    together(lab, V3, [VIP6_LINK, VIP6], ipv6(HIGH), HIGH, LOW)


@case('vrrp')
def keepd_takes_over_from_frr_over_ipv6_and_gives_way_again(lab):
    together(lab, V3, [VIP6_LINK, VIP6], ipv6(LOW), LOW, HIGH)
