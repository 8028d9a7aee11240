# SPDX-License-Identifier: Apache-2.0
"""What an instance tracks goes down and comes back: a fault, or another priority, and who owns the VIP then."""
import config
from lab import A, E, PRIORITY, case, down, skew

SPARE = 'eth1'
B_KEEPALIVED = {'b': 'keepalived'}


def on_a(*lines):
    """A change of the configuration of director A: these lines in its instance."""
    def change(text):
        text = config.preempting(text)
        return config.edit(text, r'^ *advert_int 1$', r'\g<0>\n' + '\n'.join(lines)) if 'priority 150' in text else text
    return change


def tracked(weight=''):
    return on_a('track_interface {', f'{SPARE} {weight}', '}')


def pair_with_spare(lab, change, kinds=None):
    """Both run, A is the owner; it has another interface, which is up."""
    a, b = lab.vrrp_pair(change, kinds)
    a.ns.ip(f'link add {SPARE} type veth peer name {SPARE}-peer', f'link set {SPARE}-peer up', f'link set {SPARE} up')
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    return a, b


def reload_with(lab, director, text):
    director.configure(text)
    done = director.reload()
    lab.equal('keepctl reload', done.returncode, 0)


# -- interfaces --------------------------------------------------------------------------------------------------------


@case('vrrp')
def tracked_interface_that_goes_down_is_a_fault_which_names_it(lab):
    a, _ = pair_with_spare(lab, tracked())
    for fall, rise in ((f'link set {SPARE} down', f'link set {SPARE} up'),
                       (f'link set {SPARE}-peer down', f'link set {SPARE}-peer up'),
                       (f'link del {SPARE}', f'link add {SPARE} type veth peer name {SPARE}-peer')):
        begin = lab.now
        a.ns.ip(fall)
        lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B alone owns the VIP')
        lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, skew(PRIORITY['b']) + E)
        instance = a.instance()
        lab.equal('state and reason', [instance['state'], instance['reason_key'], instance['reason']],
                  ['fault', 'tracker', f'tracked interface {SPARE} is down'])
        begin = lab.now
        a.ns.ip(rise, f'link set {SPARE}-peer up', f'link set {SPARE} up')
        lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
        lab.at_most('given back', lab.observer.acquired('a', begin) - begin, down(PRIORITY['a']) + E)
        lab.sleep(1.2 * A)


def weight_moves_the_owner(lab, kinds=None):
    a, _ = pair_with_spare(lab, tracked('weight -100'), kinds)
    last = lab.just_after_advert('a')
    a.ns.ip(f'link set {SPARE} down')
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, down(PRIORITY['b']) + E)
    lab.never_two_owners(last, allowed=E)
    lab.equal('last priorities of A', {x.priority for x in lab.observer.adverts_of('a', last + 0.5)}, {50})
    instance = a.instance()
    lab.equal('state and priorities', [instance[x] for x in ('state', 'priority', 'priority_base')],
              ['backup', 50, 150])
    begin = lab.now
    a.ns.ip(f'link set {SPARE} up')
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('given back', lab.observer.acquired('a', begin) - begin, down(PRIORITY['a']) + E)
    lab.never_two_owners(begin, allowed=E)
    lab.equal('priorities of A', {x.priority for x in lab.observer.adverts_of('a', begin)}, {150})


@case('vrrp')
def tracked_interface_with_a_weight_moves_the_owner_and_back(lab):
    weight_moves_the_owner(lab)


@case('vrrp')
def tracked_interface_with_a_weight_moves_the_owner_to_keepalived_and_back(lab):
    weight_moves_the_owner(lab, B_KEEPALIVED)


@case('vrrp')
def reload_of_weights_changes_the_priority_and_moves_nothing(lab):
    a, _ = pair_with_spare(lab, tracked('weight 10'))
    with open(a.conf) as f:
        text = f.read()
    begin = lab.now
    for weight, priority in (('weight 20', 170), ('weight -20', 150), ('weight -20 reverse', 150),
                             ('weight 20 reverse', 130), ('weight 253', 254)):
        reload_with(lab, a, config.edit(text, 'weight 10', weight))
        lab.sleep(1.2 * A)
        lab.equal(f'priority on the wire, {weight}', lab.observer.adverts_of('a')[-1].priority, priority)
    reload_with(lab, a, config.without(text, 'track_interface'))
    lab.sleep(1.2 * A)
    lab.equal('priority on the wire, nothing tracked', lab.observer.adverts_of('a')[-1].priority, 150)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.check(all(x.priority for x in lab.observer.adverts_of('a', begin)), 'no priority 0')
