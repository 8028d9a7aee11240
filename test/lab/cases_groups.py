# SPDX-License-Identifier: Apache-2.0
"""Sync groups: two links, an address on each, and a pair of directors. Whatever happens, no director is active on one
of them and not on the other, for longer than two intervals."""
import re
import signal

import config
import wire
from lab import A, E, PRIORITY, VIP, VRID, case, down, skew
from observer import Observer
from topology import DIRECTORS, HOSTS, on_second_link

VIP2 = on_second_link(VIP)
GROUP = 'vrrp_sync_group BOTH {\n    group {\n        VI_1\n        VI_2\n    }\n}\n'
B_KEEPALIVED = {'b': 'keepalived'}
A_KEEPALIVED = {'a': 'keepalived'}


def second_instance(text, priority=None):
    """VI_2 is VI_1 on the other link."""
    other = config.block(text, 'vrrp_instance').replace('VI_1', 'VI_2').replace('eth0', 'eth1').replace(VIP, VIP2)
    return config.edit(other, r'priority \d+', f'priority {priority}') if priority else other


def grouped(text, priority=None, group=GROUP):
    text = config.preempting(text)
    return text + '\n' + second_instance(text, priority) + '\n' + group


def build(lab, kinds=None, change=grouped):
    a, b = lab.build(kinds=kinds)
    lab.network.second_link(DIRECTORS)
    lab.second = Observer(lab.loop, lab.network, DIRECTORS, VIP2, 'q')
    for director in (a, b):
        director.configure(change(config.vrrp_only(config.load(director.name))))
    return a, b


def owners(lab):
    return lab.observer.owners(), lab.second.owners()


def all_at(lab, name, seconds=8):
    lab.until(lambda: owners(lab) == ([name], [name]), seconds, f'{name} alone owns both addresses')


def running(lab, kinds=None, change=grouped):
    a, b = build(lab, kinds, change)
    a.start()
    b.start()
    all_at(lab, 'a', 2 * down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    return a, b


def longest_half(lab, since, until):
    """For how long a director had one of the addresses and not the other."""
    longest = 0.0
    for name in DIRECTORS:
        spans = [o.owned[name] for o in (lab.observer, lab.second)]
        times = sorted({t for two in spans for span in two for t in span if t and since < t < until} | {since, until})
        begin = None
        for at, end in zip(times, times[1:]):
            middle = (at + end) / 2
            has = [any(s <= middle and (u is None or u > middle) for s, u in two) for two in spans]
            begin = (begin or at) if has[0] != has[1] else None
            longest = max(longest, end - begin if begin else 0)
    return longest


def never_half(lab, since):
    lab.at_most('half a group', longest_half(lab, since, lab.now), 2 * A)


def moved(lab, to, since, bound):
    all_at(lab, to)
    lab.at_most('whole group moved', max(o.acquired(to, since) for o in (lab.observer, lab.second)) - since, bound)


def group_of(director, name='BOTH'):
    return next(g for g in director.status()['groups'] if g['name'] == name)


def transitions(director, name='BOTH'):
    return [m.groups() for m in re.finditer(rf'group {name}: (\w+) -> (\w+) \((.*)\)', director.log())]


# -- faults --------------------------------------------------------------------------------------------------------------


def link_fails_and_comes_back(lab, kinds=None):
    a, b = running(lab, kinds)
    for ports in ('p', 'q'):
        begin = lab.now
        lab.network.unplug('a', ports)
        # keepalived waits for the down timer of the member whose link is silent.
        moved(lab, 'b', begin, skew(PRIORITY['b']) + E if b.kind == 'keepd' else down(PRIORITY['b']) + E)
        never_half(lab, begin)
        if a.kind == 'keepd':
            group = group_of(a)
            lab.equal('state of the group', group['state'], 'fault')
            lab.equal('its members', [m['state'] for m in group['members']], ['fault', 'fault'])
        begin = lab.now
        lab.network.plug('a', ports)
        moved(lab, 'a', begin, down(PRIORITY['a']) + 1.5 * A)
        never_half(lab, begin)
        lab.sleep(1.2 * A)
    return a, b


@case('vrrp')
def link_of_one_member_that_fails_moves_the_whole_group(lab):
    a, _ = link_fails_and_comes_back(lab)
    seen = transitions(a)
    lab.equal('transitions of the group', [x[:2] for x in seen],
              [('init', 'backup'), ('backup', 'active')] + 2 * [('active', 'fault'), ('fault', 'backup'),
                                                                ('backup', 'active')])
    lab.equal('the member that caused them', [x[2] for x in seen if x[1] == 'fault'],
              ['instance VI_1: the link is down', 'instance VI_2: the link is down'])


@case('vrrp')
def link_of_one_member_that_fails_moves_the_whole_group_to_keepalived_and_back(lab):
    link_fails_and_comes_back(lab, B_KEEPALIVED)


@case('vrrp')
def link_of_a_member_of_keepalived_that_fails_moves_the_whole_group_to_keepd_and_back(lab):
    link_fails_and_comes_back(lab, A_KEEPALIVED)


@case('vrrp')
def what_the_group_tracks_is_a_fault_of_all_members(lab):
    def change(text):
        group = GROUP.replace('}\n}\n', '}\n    track_interface {\n        spare\n    }\n}\n')
        return grouped(text, group=group) if 'priority 150' in text else grouped(text)
    a, b = build(lab, change=change)
    a.ns.ip('link add spare type veth peer name spare-peer', 'link set spare-peer up', 'link set spare up')
    a.start()
    b.start()
    all_at(lab, 'a', 2 * down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    begin = lab.now
    a.ns.ip('link set spare down')
    moved(lab, 'b', begin, skew(PRIORITY['b']) + E)
    never_half(lab, begin)
    lab.equal('reasons', [a.instance(n)['reason'] for n in ('VI_1', 'VI_2')], 2 * ['tracked interface spare is down'])
    begin = lab.now
    a.ns.ip('link set spare up')
    moved(lab, 'a', begin, down(PRIORITY['a']) + E)
    never_half(lab, begin)


# -- leaving, dying ------------------------------------------------------------------------------------------------------


@case('vrrp')
def stopped_and_dead_directors_hand_over_the_whole_group(lab):
    a, b = running(lab)
    begin = lab.now
    a.signal(signal.SIGTERM)
    moved(lab, 'b', begin, skew(PRIORITY['b']) + E)
    never_half(lab, begin)
    lab.equal('exit status', a.wait(5), 0)
    begin = lab.now
    a.start()
    moved(lab, 'a', begin, down(PRIORITY['a']) + 2 * A)
    never_half(lab, begin)
    lab.sleep(1.2 * A)
    begin = lab.just_after_advert('a')
    a.kill_everything()
    for ports in ('p', 'q'):
        lab.network.unplug('a', ports)
    lab.until(lambda: all('b' in o for o in owners(lab)), 8, 'B has both addresses')
    lab.at_most('whole group moved', max(o.acquired('b', begin) for o in (lab.observer, lab.second)) - begin,
                down(PRIORITY['b']) + E)


@case('vrrp')
def process_that_dies_keeps_the_group_whole(lab):
    a, b = running(lab)
    begin = lab.now
    before = group_of(a)
    a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') and all(i['adverts_sent'] for i in a.status()['instances']), 5, 'it runs again')
    lab.sleep(down(PRIORITY['b']) + E)
    lab.still_owner('a', begin)
    lab.equal('changes on the second link', [o for o in lab.second.owned['b'] if o[0] > begin], [])
    never_half(lab, begin)
    lab.equal('state and transitions of the group', [group_of(a)[k] for k in ('state', 'transitions')],
              [before['state'], before['transitions']])


# -- two active ----------------------------------------------------------------------------------------------------------


@case('vrrp')
def link_between_the_directors_that_is_cut_splits_no_group(lab):
    """One member hears nothing any more: it would become active, and waits for the other one, which hears the peer."""
    a, b = running(lab)
    drop = 'add table inet cut { chain in { type filter hook input priority 0; iif "eth1" ip protocol 112 drop; }; }'
    begin = lab.now
    for director in (a, b):
        done = director.ns.run(['nft', drop])
        lab.equal('nft', done.returncode, 0)
    lab.sleep(2 * down(PRIORITY['b']))
    lab.equal('owners', owners(lab), (['a'], ['a']))
    never_half(lab, begin)
    lab.check('instance VI_2 would become active, and waits for instance VI_1, which hears an active peer' in b.log(),
              'B says why it waits')


@case('vrrp')
def partition_that_heals_leaves_one_owner_of_the_whole_group_which_announces_on_both_links(lab):
    a, b = running(lab)
    cut = 'add table inet cut { chain in { type filter hook input priority 0; ip protocol 112 drop; }; }'
    for director in (a, b):
        director.ns.run(['nft', cut])
    lab.until(lambda: owners(lab) == (['a', 'b'], ['a', 'b']), 8, 'both own both')
    lab.sleep(2 * A)
    begin = lab.now
    for director in (a, b):
        director.ns.run(['nft', 'delete table inet cut'])
    all_at(lab, 'a', 3 * A)
    lab.at_most('two owners after it healed', max(o.lost('b', begin) for o in (lab.observer, lab.second)) - begin,
                A + E)
    lab.sleep(A)
    for what, observer in (('first', lab.observer), ('second', lab.second)):
        lost = observer.lost('b', begin)
        lab.check(observer.garps_of('a', lost - 0.05), f'A announces again on the {what} link')
    never_half(lab, begin)


@case('vrrp')
def rival_of_one_member_makes_the_whole_group_announce_again(lab):
    """There were two on one link; so the neighbours on the other one may know the wrong one, too."""
    running(lab)
    begin = lab.now
    sock = lab.network.host['client'].call(wire.advert_socket, HOSTS['client'])
    for _ in range(3):
        sock.sendto(wire.advert(VRID, 30, [VIP]), (wire.GROUP, 0))
        lab.sleep(0.5 * A)
    sock.close()
    lab.still_owner('a', begin)
    for what, observer in (('first', lab.observer), ('second', lab.second)):
        lab.check(observer.garps_of('a', begin), f'A announces again on the {what} link')
    never_half(lab, begin)


@case('vrrp', seconds=90)
def priorities_that_contradict_each_other_do_not_make_the_group_go_to_and_fro(lab):
    """A would win on one link and B on the other. Both start at the same moment."""
    a, b = build(lab, change=lambda text: grouped(text, 100 if 'priority 150' in text else 150))
    begin = lab.now
    a.start(wait=False)
    b.start(wait=False)
    lab.until(lambda: owners(lab) in ((['a'], ['a']), (['b'], ['b'])), 4 * down(100), 'one has both')
    lab.figure('settled after', f'{lab.now - begin:.3f} s')
    name = lab.observer.owners()[0]
    lab.sleep(A)
    settled = lab.now
    lab.sleep(15 * A)
    lab.still_owner(name, settled)
    lab.equal('owners', owners(lab), ([name], [name]))
    never_half(lab, begin)


# -- reload --------------------------------------------------------------------------------------------------------------


def reload_with(lab, director, text):
    director.configure(text)
    done = director.reload()
    lab.equal('keepctl reload', done.returncode, 0)


@case('vrrp')
def members_and_groups_come_and_go_by_reload_without_a_change_of_roles(lab):
    a, b = running(lab, change=lambda text: grouped(text, group=''))
    plain = {d.name: open(d.conf).read() for d in (a, b)}
    begin = lab.now
    one = GROUP.replace('        VI_2\n', '')
    for what, group in (('a group', GROUP), ('another name', GROUP.replace('BOTH', 'TOGETHER')), ('no group', ''),
                        ('one member', one), ('another member', GROUP), ('another order', GROUP.replace(
                            'VI_1\n        VI_2', 'VI_2\n        VI_1')), ('no group', '')):
        for director in (a, b):
            reload_with(lab, director, plain[director.name] + group)
        lab.sleep(0.3 * A)
        if group:
            name = 'TOGETHER' if 'TOGETHER' in group else 'BOTH'
            lab.equal(f'state of the group after {what}', [group_of(d, name)['state'] for d in (a, b)],
                      ['active', 'backup'])
        else:
            lab.equal('groups', a.status()['groups'], [])
    # An instance that is new joins an active group and becomes active, too.
    for director in (a, b):
        text = plain[director.name]
        reload_with(lab, director, text[:text.index('vrrp_instance VI_2')] + one)
    lab.until(lambda: lab.second.owners() == [], 3, 'VI_2 is gone')
    for director in (b, a):
        reload_with(lab, director, plain[director.name] + GROUP)
    joined = lab.now
    lab.until(lambda: lab.second.owners() == ['a'], 8, 'A owns the address of the new member')
    lab.at_most('joined', lab.second.acquired('a', joined) - joined, down(PRIORITY['a']) + E)
    lab.still_owner('a', begin)
    # With the group on both, the link of the new member is a matter of both.
    lab.sleep(1.2 * A)
    begin = lab.now
    lab.network.unplug('a', 'q')
    moved(lab, 'b', begin, skew(PRIORITY['b']) + E)
    never_half(lab, begin)
