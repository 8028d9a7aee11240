# SPDX-License-Identifier: Apache-2.0
"""Links and addresses change under the daemon, the segment parts and heals, packets come in floods."""
import os
import signal

import config
import wire
from lab import A, E, PRIORITY, VIP, VRID, case, down, skew
from topology import HOSTS

D = down(PRIORITY['b'])
S = skew(PRIORITY['b'])


def state(director):
    return director.instance()['state']


def addresses(director, device='eth0'):
    """['192.168.0.10/24', ...] of a device."""
    lines = director.ns.run(['ip', '-o', '-4', 'addr', 'show', 'dev', device]).stdout.splitlines()
    return [line.split()[3] for line in lines]


def cpu_seconds(pid):
    with open(f'/proc/{pid}/stat') as f:
        user, system = f.read().rsplit(')', 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf('SC_CLK_TCK')


def reload_with(lab, director, text):
    director.configure(text)
    done = director.reload()
    lab.check(done.returncode == 0, f'keepctl reload: exit {done.returncode}: {done.stdout}')


# -- the segment -------------------------------------------------------------------------------------------------------


def isolate(lab, on):
    """Neither director hears the other, the client hears both."""
    for name in ('a', 'b'):
        lab.network.lan.run(['bridge', 'link', 'set', 'dev', f'p-{name}', 'isolated', 'on' if on else 'off'],
                            check=True)


@case('vrrp')
def healed_partition_leaves_the_higher_priority_which_announces_again(lab):
    lab.running_vrrp_pair()
    last = lab.just_after_advert('a')
    isolate(lab, True)
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], D + 5, 'both own the VIP in a partition')
    lab.at_most('B owns it', lab.observer.acquired('b', last) - last, D + E)
    lab.sleep(6)                                # the announcements of B are over
    heal = lab.now
    isolate(lab, False)
    lab.until(lambda: len(lab.observer.owners()) == 1, 5, 'one owner')
    lost = lab.observer.lost('b', heal)
    lab.at_most('two owners after it healed', lost and lost - heal, A + E)
    lab.sleep(A)
    lab.still_owner('a', lost + 0.001)
    again = lab.observer.garps_of('a', lost)
    lab.at_most('announced by A after B gave up', again[0].time - lost if again else None, E)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'a'}, 'and the client reaches A')


@case('vrrp')
def flood_of_wrong_adverts_delays_nothing_and_is_logged_a_few_times(lab):
    a, b = lab.running_vrrp_pair()
    begin = lab.now
    lines = len(a.log().splitlines())
    sent = flood(lab, 4, [wire.advert(VRID + 1, 200, [VIP]), wire.advert(VRID, 200, [VIP], spoil=True),
                          b'\x21' + bytes([VRID]) + bytes(30)])
    lab.at_least('wrong adverts', sent / 4, 1000, 'per s')
    lab.sleep(E)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.at_least('counted by B', sum(b.instance()['errors'].values()), 1000, 'packets')
    lab.at_most('log lines of A about them', len(a.log().splitlines()) - lines, 20, 'lines')


@case('vrrp')
def flood_of_rivals_is_answered_with_bounded_adverts(lab):
    """Right adverts of a lower priority ask for an answer; a thousand a second must not make a thousand."""
    a, _ = lab.running_vrrp_pair()
    begin = lab.now
    lines = len(a.log().splitlines())
    sent = flood(lab, 4, [wire.advert(VRID, 10, [VIP])], pause=0.001)
    lab.at_least('adverts of the rival', sent / 4, 200, 'per s')
    lab.sleep(E)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.at_most('adverts of A', len(lab.observer.adverts_of('a', begin)) / (lab.now - begin), 12, 'per s')
    lab.at_most('announcements of A', len(lab.observer.garps_of('a', begin)) / (lab.now - begin), 50, 'per s')
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.at_most('log lines of A about them', len(a.log().splitlines()) - lines, 20, 'lines')


def flood(lab, seconds, packets, pause=0.0):
    """Send them from the client over and over; returns how many got out."""
    sock = lab.network.host['client'].call(wire.advert_socket, HOSTS['client'], 255)
    sock.setblocking(False)
    sent, end = 0, lab.now + seconds
    while lab.now < end:
        for packet in packets:
            try:
                sock.sendto(packet, (wire.GROUP, 0))
                sent += 1
            except BlockingIOError:
                pass
        lab.sleep(pause)
    sock.close()
    return sent


# -- the interface -----------------------------------------------------------------------------------------------------


@case('vrrp')
def interface_renamed_nothing_changes(lab):
    a, _ = lab.running_vrrp_pair()
    begin = lab.now
    a.ns.ip('link set eth0 name eth9')
    lab.sleep(2 * A)
    a.ns.ip('link set eth9 name eth0')
    lab.sleep(2 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)


@case('vrrp')
def interface_deleted_is_a_fault_and_made_again_a_backup(lab):
    a, b = lab.running_vrrp_pair()
    last = lab.just_after_advert('a')
    a.ns.ip('link del eth0')
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    instance = a.instance()
    lab.equal('state and reason', [instance['state'], instance['reason_key']], ['fault', 'link-absent'])
    before = cpu_seconds(a.need_child('vrrp'))
    lab.sleep(2)
    lab.at_most('processor time while it waits', cpu_seconds(a.need_child('vrrp')) - before, 0.05)
    lab.network.lan.ip('link add p-a type veth peer name eth0 netns a', 'link set p-a master br0 up')
    a.ns.ip(f'addr add {HOSTS["a"]}/24 brd + dev eth0', 'link set eth0 up')
    lab.until(lambda: state(a) == 'backup', 2, 'A is a backup again')
    begin = lab.now
    lab.sleep(down(PRIORITY['a']) + E)
    lab.equal('adverts of A', len(lab.observer.adverts_of('a', begin)), 0)      # nopreempt: it hears B
    begin = lab.now
    b.signal(signal.SIGTERM)
    lab.until(lambda: VIP + '/32' in addresses(a), 5, 'A has the VIP')
    lab.at_most('takeover by the new interface', lab.now - begin, skew(PRIORITY['a']) + E)


@case('vrrp')
def interface_set_down_is_a_fault_and_up_again_does_not_fail_back(lab):
    a, _ = lab.running_vrrp_pair()
    last = lab.just_after_advert('a')
    a.ns.ip('link set eth0 down')
    lab.until(lambda: lab.observer.owners() == ['b'], D + 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.equal('A', state(a), 'fault')
    begin = lab.now
    a.ns.ip('link set eth0 up')
    lab.sleep(down(PRIORITY['a']) + A)
    lab.still_owner('b', begin)
    lab.equal('A', state(a), 'backup')


# -- addresses ---------------------------------------------------------------------------------------------------------


@case('vrrp')
def source_address_replaced_adverts_go_on_without_any_it_is_a_fault(lab):
    a, _ = lab.running_vrrp_pair()
    begin = lab.now
    a.ns.sysctl({'ipv4/conf/eth0/promote_secondaries': 1})
    a.ns.ip('addr add 192.168.0.11/24 dev eth0')
    lab.sleep(0.5)
    a.ns.ip(f'addr del {HOSTS["a"]}/24 dev eth0')
    lab.sleep(2 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('source then', lab.observer.adverts_of('a', begin)[-1].src, '192.168.0.11')
    last = lab.just_after_advert('a')
    a.ns.ip('addr del 192.168.0.11/24 dev eth0')
    lab.until(lambda: lab.observer.owners() == ['b'], D + 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    instance = a.instance()
    lab.equal('state and reason', [instance['state'], instance['reason_key']], ['fault', 'no-source'])


@case('vrrp')
def vip_added_by_hand_on_the_backup_is_removed_and_no_other_address(lab):
    a, b = lab.running_vrrp_pair()
    begin = lab.now
    b.ns.ip(f'addr add {VIP}/32 dev eth0')
    lab.until(lambda: lab.observer.lost('b', begin), 2, 'it is removed')
    lab.at_most('removed after', lab.observer.lost('b', begin) - begin, E)
    b.ns.ip(f'addr add {VIP}/24 dev eth0', 'addr add 192.168.0.201/32 dev eth0')
    lab.sleep(1)
    left = [address for address in addresses(b) if address != HOSTS['b'] + '/24']
    lab.equal('not declared, left alone', sorted(left), [VIP + '/24', '192.168.0.201/32'])
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)


@case('vrrp')
def vip_deleted_over_and_over_is_put_back_ever_more_slowly(lab):
    a, _ = lab.running_vrrp_pair()
    begin, repairs = lab.now, a.instance()['repairs']
    deleted = 0
    while lab.now - begin < 4:
        deleted += a.ns.run(['ip', 'addr', 'del', VIP + '/32', 'dev', 'eth0']).returncode == 0
        lab.sleep(0.1)
    lab.at_least('deleted', deleted, 3, 'times')
    lab.at_most('put back', a.instance()['repairs'] - repairs, 10, 'times')
    given_up = lab.now
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A has it when nobody deletes it any more')
    lab.at_most('back after the last', lab.now - given_up, 4 + E)
    lab.advert_gap('a', begin)
    lab.equal('owners', lab.observer.owners(), ['a'])


@case('vrrp', seconds=90)
def lost_address_events_are_made_good_by_reading_everything(lab):
    a, _ = lab.running_vrrp_pair()
    child = a.need_child('vrrp')
    lab.just_after_advert('a')
    os.kill(child, signal.SIGSTOP)
    a.ns.ip(*[f'addr add 10.9.{i // 250}.{i % 250}/32 dev lo' for i in range(8000)])
    a.ns.ip('addr flush dev lo scope global', f'addr del {VIP}/32 dev eth0')
    os.kill(child, signal.SIGCONT)
    lab.until(lambda: 'reading everything' in a.log(), 5, 'A says that events were lost')
    lab.sleep(A + E)                            # so long was A stopped that B may have taken over: then A does again
    lab.until(lambda: len(lab.observer.owners()) == 1, D, 'one owner')
    owner, settled = lab.observer.owners()[0], lab.now
    lab.figure('owner then', owner)
    lab.sleep(A + E)
    lab.still_owner(owner, settled)
    lab.equal('the VIP in the kernel', [VIP + '/32' in addresses(d) for d in lab.directors.values()],
              [owner == 'a', owner == 'b'])


@case('vrrp', seconds=90)
def a_thousand_addresses_delay_no_advert_and_none_is_left_behind(lab):
    instances = 4

    def text(priority):
        for i in range(instances):
            vips = [f'10.{i}.{k // 250}.{k % 250 + 1}' for k in range(250)] + ([VIP + '/32'] if i == 0 else [])
            yield (f'vrrp_instance VI_{i} {{\n state BACKUP\n interface eth0\n virtual_router_id {VRID + i}\n'
                   f' priority {priority}\n advert_int 1\n virtual_ipaddress {{\n  ' + '\n  '.join(vips) + '\n }\n}\n')

    def gap(name, since):
        """The longest silence of any of the four."""
        worst = 0.0
        for vrid in range(VRID, VRID + instances):
            times = [x.time for x in lab.observer.adverts_of(name, since) if x.vrid == vrid]
            lab.check(len(times) > 2, f'{name} advertises VRID {vrid}: {len(times)} adverts')
            worst = max([worst, *(y - x for x, y in zip(times, times[1:]))])
        return worst

    def count(director):
        return len(addresses(director)) - 1

    a, b = lab.build()
    for director in (a, b):
        director.configure(''.join(text(PRIORITY[director.name])))
        director.start()
    begin = lab.now
    lab.until(lambda: count(a) == 1001, D + 5, 'A has all addresses')
    lab.sleep(4)
    lab.at_most('advert gap while announcing', gap('a', begin), 1.5 * A)
    times = sorted(g.time for g in lab.observer.garps)
    lab.at_most('announcements within 100 ms', max(sum(1 for t in times if s <= t < s + 0.1) for s in times[::50]), 400,
                'packets')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: count(b) == 1001, 8, 'B has all addresses')
    lab.at_most('handover of all', lab.now - begin, S + 1)
    lab.equal('exit status', a.wait(5), 0)
    lab.equal('addresses left on A', count(a), 0)
    killed = lab.now
    b.kill_child('vrrp')
    lab.sleep(3)
    lab.at_most('advert gap over a kill', gap('b', killed - 1.1 * A), 1.5 * A)
    lab.equal('addresses on B', count(b), 1001)
    b.signal(signal.SIGTERM)
    lab.equal('exit status', b.wait(5), 0)
    lab.equal('addresses left on B', count(b), 0)


# -- reload ------------------------------------------------------------------------------------------------------------


@case('vrrp')
def reload_adds_and_removes_addresses_and_announces_only_the_new(lab):
    a, _ = lab.running_vrrp_pair()
    lab.sleep(6)                                # the announcements of the takeover are over
    begin = lab.now
    with open(a.conf) as f:
        text = f.read()
    reload_with(lab, a, config.edit(text, rf'{VIP}/32 dev eth0', rf'\g<0>\n192.168.0.201\n192.168.0.202/24'))
    lab.until(lambda: {'192.168.0.201/32', '192.168.0.202/24'} <= set(addresses(a)), 1, 'the new addresses are there')
    lab.sleep(0.5)
    for new in ('192.168.0.201', '192.168.0.202'):
        lab.at_least(f'announcements of {new}', len(lab.observer.garps_of('a', begin, address=new)), 1, 'packets')
    reload_with(lab, a, text)
    lab.until(lambda: sorted(addresses(a)) == [HOSTS['a'] + '/24', VIP + '/32'], 1, 'the new addresses are gone')
    lab.equal('announcements of the old', len(lab.observer.garps_of('a', begin)), 0)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)


@case('vrrp')
def reload_of_the_priority_moves_nothing_and_of_the_vrid_hands_over(lab):
    a, _ = lab.running_vrrp_pair()
    with open(a.conf) as f:
        text = f.read()
    begin = lab.now
    reload_with(lab, a, config.edit(text, 'priority 150', 'priority 160'))
    lab.sleep(1.2 * A)
    lab.equal('priority on the wire', lab.observer.adverts_of('a')[-1].priority, 160)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.check(all(x.priority for x in lab.observer.adverts_of('a', begin)), 'no priority 0')
    begin = lab.now
    reload_with(lab, a, config.edit(text, f'virtual_router_id {VRID}', f'virtual_router_id {VRID + 1}'))
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, S + E)
    lab.at_least('priority 0 adverts', len(lab.observer.adverts_of('a', begin, priority=0)), 1, 'packets')
