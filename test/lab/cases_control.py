# SPDX-License-Identifier: Apache-2.0
"""What keepctl tells of instances, and what it makes them do."""
import json

import config
import wire
from cases_tracking import SPARE, pair_with_spare, tracked
from lab import A, case, down, PRIORITY


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


@case('vrrp')
def scan_shows_routers_that_nobody_configured(lab):
    a, b = lab.running_vrrp_pair()
    sock = lab.network.host['client'].call(wire.advert_socket, '192.168.0.1')
    sock.sendto(wire.advert(77, 30, ['192.168.0.77']), ('224.0.0.18', 0))
    lab.until(lambda: 'vrid 77' in a.keepctl('scan').stdout, 3, 'A has seen it')
    line = next(x for x in answer(lab, a, 'scan').splitlines() if 'vrid 77' in x)
    lab.check('eth0' in line and 'unknown' in line and '192.168.0.1' in line and 'priority 30' in line, line)
    lab.check('ours' in answer(lab, b, 'scan'), 'B knows the router of A as one of ours')
