# SPDX-License-Identifier: Apache-2.0
"""What an instance tracks goes down and comes back: a fault, or another priority, and who owns the VIP then."""
import os
import signal

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


# -- scripts -----------------------------------------------------------------------------------------------------------

INTERVAL, RISE, FALL, TIMEOUT = 0.5, 2, 2, 0.4

CHECK = '''#!/bin/sh
read way < {folder}/way
echo $$ $way >> {folder}/page
case $way in
ok) exit 0 ;;
fail) exit 1 ;;
die) kill -9 $$ ;;
slow) sleep 2 ;;
hang) trap '' TERM; while :; do sleep 1; done ;;
esac
'''


class Check:
    """A script that ends as it is told to."""

    def __init__(self, way='ok'):
        self.folder = '/run/check'
        os.mkdir(self.folder, 0o755)
        self.script = self.folder + '/script'
        with open(self.script, 'w') as f:
            f.write(CHECK.format(folder=self.folder))
        os.chmod(self.script, 0o755)
        with open(self.folder + '/page', 'w'):
            pass
        os.chmod(self.folder + '/page', 0o666)
        self.end(way)

    def end(self, way):
        os.chmod(self.script, 0o644 if way == 'missing' else 0o755)
        with open(self.folder + '/way.new', 'w') as f:
            f.write(way + '\n')
        os.chmod(self.folder + '/way.new', 0o644)
        os.rename(self.folder + '/way.new', self.folder + '/way')

    def runs(self):
        """[pid, way] of each, in the order of their starts."""
        with open(self.folder + '/page') as f:
            return [(int(pid), way) for pid, way in (line.split() for line in f)]

    def alive(self):
        return [pid for pid, _ in self.runs() if os.path.exists(f'/proc/{pid}')]

    def change(self, weight='', more='', then=lambda text: text):
        """Director A tracks it."""
        def change(text):
            if 'priority 150' not in text:
                return on_a()(text)
            block = (f'vrrp_script chk {{\n script {self.script}\n interval {INTERVAL}\n timeout {TIMEOUT}\n'
                     f' rise {RISE}\n fall {FALL}\n {more}\n}}\n')
            return then(block + on_a('track_script {', f'chk {weight}', '}')(text))
        return change


def starts(lab, check, seconds):
    """Runs in the next seconds."""
    before = len(check.runs())
    lab.sleep(seconds)
    return len(check.runs()) - before


@case('vrrp', seconds=120)
def tracked_script_that_fails_is_a_fault_which_names_it(lab):
    check = Check()
    a, _ = lab.running_vrrp_pair(check.change())
    lab.at_least('runs in 4 s', starts(lab, check, 4), 7, 'runs')
    for way, why in (('fail', 'exit status 1'), ('die', 'killed by signal 9'), ('missing', 'it could not be started')):
        begin = lab.now
        check.end(way)
        lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
        lab.at_most(f'takeover, {way}', lab.observer.acquired('b', begin) - begin,
                    INTERVAL * FALL + skew(PRIORITY['b']) + E)
        instance = a.instance()
        lab.equal('state and reason', [instance['state'], instance['reason_key'], instance['reason']],
                  ['fault', 'tracker', 'tracked script chk fails'])
        lab.check(f'script chk: up -> down ({why})' in a.log(), f'A says why: {why}')
        begin = lab.now
        check.end('ok')
        lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
        lab.at_most('given back', lab.observer.acquired('a', begin) - begin,
                    INTERVAL * RISE + down(PRIORITY['a']) + E)
        lab.sleep(A)


@case('vrrp')
def tracked_script_that_fails_once_too_few_moves_nothing(lab):
    check = Check()
    lab.running_vrrp_pair(check.change())
    begin = lab.now
    for _ in range(3):
        runs = len(check.runs())
        check.end('fail')
        lab.until(lambda: len(check.runs()) > runs, 2 * INTERVAL, 'a run')
        check.end('ok')
        lab.sleep(2 * INTERVAL)
    lab.equal('ways', sum(way == 'fail' for _, way in check.runs()), 3)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)


@case('vrrp')
def tracked_script_that_hangs_fails_at_its_timeout_and_is_ended(lab):
    check = Check()
    a, _ = lab.running_vrrp_pair(check.change(more='init_fail', then=lambda text: config.edit(text, 'fall 2', 'fall 1')))
    begin = lab.now
    check.end('hang')
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, INTERVAL + TIMEOUT + skew(PRIORITY['b']) + E)
    lab.check('script chk: up -> down (timed out)' in a.log(), 'A says why')
    lab.sleep(6)
    lab.at_most('runs meanwhile', sum(way == 'hang' for _, way in check.runs()), 4, 'runs')
    lab.at_most('at the same time', len(check.alive()), 1, 'runs')
    begin = lab.now
    check.end('ok')
    lab.until(lambda: lab.observer.owners() == ['a'], 12, 'A alone owns the VIP')
    lab.at_most('given back', lab.observer.acquired('a', begin) - begin,
                TIMEOUT + 2 + INTERVAL * (1 + RISE) + down(PRIORITY['a']) + E)
    check.end('hang')
    lab.sleep(2 * INTERVAL)
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    lab.at_most('stop while it hangs', lab.now - begin, 2)
    lab.until(lambda: not check.alive(), 2, 'nothing is left behind')


def script_weight_moves_the_owner(lab, kinds=None):
    check = Check()
    a, _ = lab.running_vrrp_pair(check.change('weight -100'), kinds)
    begin = lab.now
    check.end('fail')
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, INTERVAL * FALL + down(PRIORITY['b']) + E)
    lab.never_two_owners(begin, allowed=E)
    lab.equal('last priority of A', lab.observer.adverts_of('a')[-1].priority, 50)
    instance = a.instance()
    lab.equal('state and priorities', [instance[x] for x in ('state', 'priority', 'priority_base')],
              ['backup', 50, 150])
    begin = lab.now
    check.end('ok')
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('given back', lab.observer.acquired('a', begin) - begin, INTERVAL * RISE + down(PRIORITY['a']) + E)
    lab.never_two_owners(begin, allowed=E)


@case('vrrp')
def tracked_script_with_a_weight_moves_the_owner_and_back(lab):
    script_weight_moves_the_owner(lab)


@case('vrrp')
def tracked_script_with_a_weight_moves_the_owner_to_keepalived_and_back(lab):
    script_weight_moves_the_owner(lab, B_KEEPALIVED)


@case('vrrp')
def an_instance_waits_at_start_until_its_script_has_reported(lab):
    check = Check('slow')
    a, b = lab.vrrp_pair(check.change(then=lambda text: config.edit(text, r'timeout [\d.]+', 'timeout 5')))
    begin = lab.now
    a.start()
    lab.sleep(1)
    instance = a.instance()
    lab.equal('state and reason', [instance['state'], instance['reason_key'], instance['reason']],
              ['init', 'tracker-waits', 'tracked script chk has not reported yet'])
    lab.until(lambda: a.instance()['state'] == 'backup', 3, 'A is a backup')
    lab.at_least('backup after', lab.now - begin, 2)
    lab.wait_owner('a', down(PRIORITY['a']) + E)
    check.end('fail')
    a.signal(signal.SIGTERM)
    a.wait(5)
    b.start()
    a.start()
    lab.until(lambda: a.instance()['state'] == 'fault', 1, 'the first result decides')
    lab.equal('reason', a.instance()['reason'], 'tracked script chk fails')


@case('vrrp', seconds=90)
def children_that_die_and_reloads_move_nothing_while_the_script_succeeds(lab):
    check = Check()
    a, _ = lab.running_vrrp_pair(check.change('weight 30'))
    with open(a.conf) as f:
        weighted = f.read()
    begin = lab.now
    for role in ('vrrp', 'runner'):
        pid = a.kill_child(role)
        lab.until(lambda: a.child(role) not in (None, pid), 5, f'another {role}')
        lab.at_least(f'runs after {role} died', starts(lab, check, 3), 3, 'runs')
    for text, priority in ((config.edit(weighted, 'weight 30', 'weight 40'), 190),
                           (config.edit(weighted, 'weight 30', ''), 150),
                           (config.edit(weighted, r'chk weight 30', 'other weight 20'), 150)):
        if 'other' in text:
            text = config.edit(text, 'vrrp_script chk', 'vrrp_script other')
            priority = 170
        reload_with(lab, a, text)
        lab.sleep(1.2 * A + INTERVAL)
        lab.equal('priority on the wire', lab.observer.adverts_of('a')[-1].priority, priority)
    a.kill_child('vrrp')
    lab.sleep(2)
    lab.equal('priorities while nothing failed', sorted({x.priority for x in lab.observer.adverts_of('a', begin)}),
              [150, 170, 180, 190])
    reload_with(lab, a, config.without(config.without(text, 'track_script'), 'vrrp_script other'))
    lab.sleep(INTERVAL)
    lab.equal('runs when nothing tracks it', starts(lab, check, 2), 0)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)


@case('vrrp')
def status_tells_who_tracks_what_and_what_it_adds(lab):
    check = Check()

    def more(text):
        text = config.edit(text, r'^ *chk weight 20$', r'\g<0>\n}\ntrack_interface {\nlo weight -30 reverse\nnone\n')
        return config.edit(text, 'virtual_router_id 51', r'\g<0>\ntrack_file {\nload\n}') + (
            '\ntrack_file load {\nfile /run/load\nweight 2\n}\n')

    with open('/run/load', 'w') as f:
        f.write('7\n')
    a, _ = lab.vrrp_pair(check.change('weight 20', then=more))
    a.start()
    lab.until(lambda: len(check.runs()) > 2, 3, 'runs of the script')
    status = a.status()
    found = {t['name']: [t[x] for x in ('kind', 'result', 'weight', 'reverse', 'adds', 'fault')]
             for t in status['instances'][0]['tracks']}
    lab.equal('tracks', found, {'lo': ['interface', 'up', -30, True, 0, False],
                                'none': ['interface', 'down', 0, False, 0, True],
                                'chk': ['script', 'up', 20, False, 20, False],
                                'load': ['file', 'known', 2, False, 14, False]})
    trackers = {t['name']: t for t in status['trackers']}
    lab.equal('users of the script', trackers['chk']['used_by'], [{'name': 'VI_1', 'group': False}])
    lab.equal('its last result', trackers['chk']['reason'], 'exit status 0')
    lab.at_most('its last run took', trackers['chk']['duration'], TIMEOUT)
    lab.equal('the number', trackers['load']['number'], 7)
    check.end('fail')
    lab.until(lambda: any(
        t['reason'] == 'exit status 1' for t in a.status()['trackers']), 3, 'it failed')
    text = a.keepctl('status').stdout
    lab.check('    tracks interface none: down, a fault\n' in text, 'keepctl status shows what an instance tracks')
    lab.check('exit status 1), took' in text and 'used by VI_1\n' in text, 'keepctl status shows the script')
