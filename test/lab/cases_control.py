# SPDX-License-Identifier: Apache-2.0
"""What keepctl tells of instances, and what it makes them do."""
import json

import signal

import cases_groups
import config
import wire
from cases_tracking import SPARE, pair_with_spare, tracked
from lab import A, E, case, down, PRIORITY, skew


def answer(lab, director, *args):
    done = director.keepctl(*args)
    lab.equal(f'keepctl {" ".join(args)}', done.returncode, 0)
    return done.stdout


@case('vrrp')
def explain_tells_the_arithmetic_of_the_priority_and_why_nobody_moves(lab):
    a, b = pair_with_spare(lab, tracked('weight -100'))
    text = answer(lab, a, 'explain', 'VI_1')
    lab.check('It is in state active' in text and 'It sends an advert every 1.00 s' in text, text)
    lab.check('Its priority is 150, and 150 as configured' in text, text)
    lab.check(f'tracked interface {SPARE} is up: +0' in text, text)
    lab.sleep(0.3)
    text = answer(lab, b, 'explain', 'VI_1')
    lab.check('192.168.0.10 stays active because its priority is higher' in text, text)
    lab.check(f'It takes over {down(PRIORITY["b"]):.3f} s after the last advert' in text, text)
    a.ns.ip(f'link set {SPARE} down')
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.sleep(1.2 * A)
    told = json.loads(answer(lab, a, '--json', 'explain', 'VI_1'))
    lab.equal('state and priority', [told['state'], told['priority']], ['backup', 50])
    lab.check(f'  tracked interface {SPARE} is down: -100' in told['explanation'], told['explanation'])
    done = a.keepctl('explain', 'VI_7')
    lab.equal('an instance that is not there', [done.returncode, done.stdout],
              [1, 'keepctl: there is no instance VI_7; there are: VI_1\n'])


@case('vrrp')
def history_of_an_instance_outlives_the_process(lab):
    a, _ = lab.running_vrrp_pair(config.preempting)
    a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') and a.instance()['adverts_sent'] > 0, 5, 'it runs again')
    lab.network.unplug('a')
    lab.until(lambda: a.instance()['state'] == 'fault', 5, 'A is faulty')
    lab.network.plug('a')
    lab.until(lambda: a.instance()['state'] == 'active', 8, 'A is active')
    told = json.loads(answer(lab, a, '--json', 'vrrp', 'VI_1'))
    lab.equal('transitions', [(e['from'], e['to']) for e in told['history']],
              [('init', 'backup'), ('backup', 'active'), ('active', 'fault'), ('fault', 'backup'),
               ('backup', 'active')])
    lab.check('the link is down' in [e['reason'] for e in told['history']], 'with their reasons')
    text = answer(lab, a, 'vrrp')
    lab.check('VI_1: active -> fault (the link is down)' in text, text)
    lab.until(lambda: 'vrid 51  192.168.0.20    version 2, priority 100' in a.keepctl('vrrp', 'VI_1').stdout, 3,
              'with the last advert of the peer')


@case('vrrp')
def scan_shows_routers_that_nobody_configured(lab):
    a, b = lab.running_vrrp_pair()
    sock = lab.network.host['client'].call(wire.advert_socket, '192.168.0.1')
    sock.sendto(wire.advert(77, 30, ['192.168.0.77']), ('224.0.0.18', 0))
    lab.until(lambda: 'vrid 77' in a.keepctl('scan').stdout, 3, 'A has seen it')
    line = next(x for x in answer(lab, a, 'scan').splitlines() if 'vrid 77' in x)
    lab.check('eth0' in line and 'unknown' in line and '192.168.0.1' in line and 'priority 30' in line, line)
    lab.check('ours' in answer(lab, b, 'scan'), 'B knows the router of A as one of ours')


# -- handing over --------------------------------------------------------------------------------------------------------


@case('vrrp')
def handover_gives_an_instance_to_the_peer_and_leaves_it_there(lab):
    a, b = lab.running_vrrp_pair(config.preempting)
    done = a.keepctl('handover', 'VI_1')
    lab.equal('without a peer that was ever heard', done.returncode, 1)
    lab.check('no peer was ever heard, so nobody may take over (--force' in done.stdout, done.stdout)
    begin = lab.now
    lab.equal('what keepctl says', answer(lab, a, 'handover', 'VI_1', '--force'), 'VI_1: 192.168.0.20 is active\n')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, skew(PRIORITY['b']) + E)
    lab.never_two_owners(begin, allowed=E)
    settled = lab.now
    lab.sleep(2 * down(PRIORITY['a']))              # a higher priority, and it does not preempt
    lab.still_owner('b', settled)
    lab.check('stays active because this one has handed over' in answer(lab, a, 'explain', 'VI_1'), 'A explains')
    begin = lab.now
    lab.equal('what keepctl says', answer(lab, b, 'handover', '--all'), 'VI_1: 192.168.0.10 is active\n')
    lab.at_most('handed back', lab.observer.acquired('a', begin) - begin, skew(PRIORITY['a']) + E)
    done = b.keepctl('handover', 'VI_1')
    lab.equal('not active', [done.returncode, done.stdout], [1, 'keepctl: instance VI_1 is not active\n'])
    # The peer that took over dies: then it is needed again.
    answer(lab, a, 'handover', 'VI_1')
    begin = lab.now
    b.signal(signal.SIGKILL)
    b.kill_everything()
    lab.until(lambda: 'a' in lab.observer.owners(), 8, 'A owns the VIP')
    lab.at_most('needed again', lab.observer.acquired('a', begin) - begin, down(PRIORITY['a']) + E)


@case('vrrp')
def handover_to_nobody_ends_soon(lab):
    a, b = lab.vrrp_pair()
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    begin = lab.now
    done = a.keepctl('handover', 'VI_1', '--force')
    lab.equal('what keepctl says', [done.returncode, done.stdout],
              [1, 'VI_1: nobody took over, it is active again\n'])
    lab.at_most('without an owner', lab.observer.acquired('a', begin) - begin, down(PRIORITY['a']) + E)


@case('vrrp')
def handover_takes_the_whole_group_along(lab):
    a, b = cases_groups.running(lab)
    begin = lab.now
    said = answer(lab, a, 'handover', 'VI_2', '--force')
    cases_groups.moved(lab, 'b', begin, skew(PRIORITY['b']) + E)
    lab.equal('what keepctl says', sorted(said.splitlines()),
              ['VI_1: 192.168.0.20 is active', 'VI_2: 10.0.1.20 is active'])
    lab.sleep(2 * down(PRIORITY['a']))
    lab.equal('owners', cases_groups.owners(lab), (['b'], ['b']))
    cases_groups.never_half(lab, begin)


# -- maintenance ---------------------------------------------------------------------------------------------------------


@case('vrrp', seconds=90)
def maintenance_keeps_a_node_out_over_restarts_until_it_is_over(lab):
    a, b = lab.running_vrrp_pair(config.preempting)
    begin = lab.now
    answer(lab, a, 'maintenance', 'on')
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, skew(PRIORITY['b']) + E)
    settled = lab.now
    lab.check(answer(lab, a, 'status').startswith('MAINTENANCE: no instance of this node takes part, since '),
              'status says it first')
    lab.equal('why', a.instance()['reason'], 'this node is in maintenance')
    a.kill_child('vrrp')
    lab.until(lambda: a.child('vrrp') and a.instance()['state'] == 'fault', 5, 'the next vrrp process stays out')
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(5), 0)
    a.start()
    lab.until(lambda: a.instance()['state'] == 'fault', 3, 'the next keepd stays out')
    lab.check('this node is in maintenance: no instance takes part' in a.log(), 'and warns')
    b.signal(signal.SIGTERM)
    b.wait(5)
    lab.sleep(down(PRIORITY['a']) + E)
    lab.equal('owners when the peer has gone', lab.observer.owners(), [])
    begin = lab.now
    answer(lab, a, 'maintenance', 'off')
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A owns the VIP')
    lab.at_most('taking part again', lab.observer.acquired('a', begin) - begin, down(PRIORITY['a']) + E)
    begin = lab.now
    answer(lab, a, 'maintenance', 'on', '--for', '2s')
    lab.until(lambda: lab.observer.owners() == [], 3, 'A has given it up')
    lab.until(lambda: lab.observer.owners() == ['a'], 10, 'A owns the VIP')
    lab.at_most('over by itself', lab.observer.acquired('a', begin + 1) - begin, 2 + down(PRIORITY['a']) + E)
    lab.equal('maintenance', answer(lab, a, 'maintenance'), 'this node is not in maintenance\n')
