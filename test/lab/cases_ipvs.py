# SPDX-License-Identifier: Apache-2.0
"""The virtual service in a real IPVS: spread, failed servers, sorry server, takeover, crashes and reloads."""
import json
import os
import re
import signal

import config
from client import Browser, Download, fetch
from daemon import ipvs
from lab import A, BOTH, E, PRIORITY, VIP, case, down, skew
from servers import LONG, WebServer

D = down(PRIORITY['b'])
S = skew(PRIORITY['b'])
SERVICE = f'TCP {VIP}:80'
RS1, RS2, RS3, SORRY = '192.168.0.110:80', '192.168.0.120:80', '192.168.0.130:80', '127.0.0.1:80'

# As in the configuration: a failed server is noticed within this time (seconds), a good one within one round.
DELAY, TIMEOUT, RETRY, PAUSE = 5, 3, 1, 1
NOTICED = DELAY + (RETRY + 1) * TIMEOUT + RETRY * PAUSE


def back_within(lab):
    """keepd believes the next good check; keepalived 2.2.7 wants the one after it too."""
    return DELAY * (2 if lab.kind == 'keepalived' else 1) + TIMEOUT


RECONCILE = 5.0                                 # interval at which the table is compared with what it should be


def weights(director):
    """Server -> weight, of our service as the kernel has it."""
    return {server: row[0] for server, row in ipvs(director.ns).get(SERVICE, {}).items()}


def pair(lab, change=lambda text: text, third=False):
    """The whole set-up, running: both directors, web servers, sorry servers; A owns the VIP, all checks are good."""
    a, b = lab.build(servers=('rs1', 'rs2', 'rs3') if third else ('rs1', 'rs2'))
    lab.web = {name: WebServer(lab.network, name).start() for name in (('rs1', 'rs2', 'rs3') if third else
                                                                        ('rs1', 'rs2'))}
    for director in (a, b):
        WebServer(lab.network, director.name, f'sorry-{director.name}').start()
        director.configure(change(config.load(director.name)))
        director.start()
    lab.wait_owner('a', D + 5)
    for director in (a, b):
        lab.until(lambda: weights(director) == {RS1: 1, RS2: 1}, DELAY + TIMEOUT + 5,
                  f'both servers in service at {director.name}: {weights(director)}')
    lab.sleep(1.2 * A)
    return a, b


def get(lab, count):
    """COUNT requests by the client, one after the other: server -> how many it answered; a failure is an error."""
    def go():
        answered = {}
        for _ in range(count):
            _, server, _ = fetch('/name')
            answered[server] = answered.get(server, 0) + 1
        return answered
    return lab.network.host['client'].call(go)


@case('ipvs', daemons=BOTH)
def requests_are_spread_over_both_servers(lab):
    a, b = pair(lab)
    answered = get(lab, 100)
    lab.figure('of 100 requests', ', '.join(f'{k} {v}' for k, v in sorted(answered.items())))
    lab.check(set(answered) == {'rs1', 'rs2'}, f'both servers answer, nobody else: {answered}')
    lab.check(all(40 <= n <= 60 for n in answered.values()), f'each server answers 40 to 60: {answered}')


@case('ipvs', seconds=90, daemons=BOTH)
def failed_server_is_quiesced_and_comes_back(lab):
    a, _ = pair(lab)
    browser = Browser(lab.network)
    begin = lab.now
    lab.web['rs1'].stop()
    lab.until(lambda: weights(a) == {RS1: 0, RS2: 1}, NOTICED + 5, 'weight 0')
    noticed = lab.now
    lab.at_most('weight 0 after', noticed - begin, NOTICED + E)
    lab.sleep(3)
    lab.equal('requests that failed after that', len(browser.failures(noticed, lab.now)), 0)
    lab.equal('answered after that by', sorted(browser.servers(noticed, lab.now)), ['rs2'])
    begin = lab.now
    lab.web['rs1'].start()
    lab.until(lambda: weights(a) == {RS1: 1, RS2: 1}, back_within(lab) + 5, 'weight 1')
    back = lab.now
    lab.at_most('back after', back - begin, back_within(lab) + E)
    lab.sleep(2)
    answered = browser.servers(back, lab.now)   # wlc gives it all it missed, so perhaps rs1 alone
    lab.check('rs1' in answered and set(answered) <= {'rs1', 'rs2'}, f'it answers again: {answered}')
    lab.equal('requests that failed', len(browser.failures(begin, lab.now)), 0)


@case('ipvs', seconds=90, daemons=BOTH)
def sorry_server_answers_when_all_are_down_and_leaves(lab):
    a, _ = pair(lab)
    begin = lab.now
    lab.web['rs1'].stop()
    lab.web['rs2'].stop()
    lab.until(lambda: weights(a).get(SORRY, 0) > 0, NOTICED + 5, f'sorry server in the table: {weights(a)}')
    lab.at_most('sorry server after', lab.now - begin, NOTICED + E)
    lab.sleep(0.2)
    lab.equal('answered by', get(lab, 20), {'sorry-a': 20})
    begin = lab.now
    lab.web['rs1'].start()
    lab.until(lambda: weights(a) == {RS1: 1, RS2: 0}, back_within(lab) + 5, f'sorry server gone: {weights(a)}')
    lab.at_most('gone after', lab.now - begin, back_within(lab) + E)
    lab.equal('answered by', get(lab, 20), {'rs1': 20})


@case('ipvs', seconds=90, daemons=BOTH)
def power_cut_costs_web_clients_one_down_interval(lab):
    a, b = pair(lab)
    browser = Browser(lab.network, timeout=0.1)
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.sleep(2)
    lab.at_most('outage of a pinging client', lab.pinger.outage(last - 0.5, lab.now - 0.2), D + E)
    lab.at_most('outage of a web client', browser.outage(last - 0.5, lab.now - 0.2), D + E + 0.1)
    since = lab.now
    lab.sleep(2)
    lab.equal('requests that failed afterwards', len(browser.failures(since, lab.now)), 0)
    lab.equal('answered by', sorted(browser.servers(since, lab.now)), ['rs1', 'rs2'])


@case('ipvs', seconds=90, daemons=BOTH)
def clean_stop_leaves_neither_vip_nor_services(lab):
    a, _ = pair(lab)
    lab.just_after_advert('a')
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == ['b'], D + 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, S + E)
    lab.equal('exit status', a.wait(10), 0)
    lab.equal('IPVS services left', sorted(ipvs(a.ns)), [])
    lab.check(not a.processes(), f'nothing of A runs on: {a.processes()}')
    lab.equal('answered by', sorted(get(lab, 20)), ['rs1', 'rs2'])


def table_watch(lab, director):
    """Look at the table every 20 ms; returns a list that gets the times at which a server was missing in it."""
    missing = []

    def look(_due):
        if not {RS1, RS2} <= set(weights(director)):
            missing.append(lab.now)
    lab.loop.every(0.020, look)
    return missing


def child_killed(lab, role):
    a, b = pair(lab)
    download = Download(lab.network, '/long', LONG)
    missing = table_watch(lab, a)
    lab.until(lambda: download.received > 0, 5, 'the download runs')
    begin = lab.now
    killed = a.kill_child(role)
    lab.until(lambda: a.child(role) not in (None, killed), 5, f'a new {role}')
    lab.figure(f'new {role} after', f'{lab.now - begin:.3f} s')
    lab.sleep(DELAY + TIMEOUT)
    lab.equal('looks at the table that missed a server', len(missing), 0)
    lab.equal('weights', weights(a), {RS1: 1, RS2: 1})
    lab.check(download.wait(30), f'the download survives: {download.error}')
    lab.figure('bytes of the download that are right', download.received)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.web['rs1'].stop()                       # the new one does its work
    lab.until(lambda: weights(a) == {RS1: 0, RS2: 1}, NOTICED + E, 'weight 0')


@case('ipvs', seconds=120)
def checker_killed_the_table_and_connections_stay(lab):
    child_killed(lab, 'checker')


@case('ipvs', seconds=120)
def prober_killed_the_table_and_connections_stay(lab):
    child_killed(lab, 'prober')


def counters(director):
    """Server -> connections it got so far."""
    text = director.ns.run(['ipvsadm', '-Ln', '--stats', '--exact']).stdout
    return {words[1]: int(words[2]) for words in map(str.split, text.splitlines())
            if words and words[0] == '->' and words[1][0].isdigit()}


@case('ipvs', seconds=120, daemons=BOTH)
def reload_changes_only_the_servers_that_changed(lab):
    a, _ = pair(lab, third=True)
    get(lab, 20)
    lab.until(lambda: min(counters(a).values()) >= 8, 5, 'both servers have counted')    # summed every 2 s
    before = counters(a)
    download = Download(lab.network, '/long', LONG)
    lab.until(lambda: download.received > 0, 5, 'the download runs')
    missing = table_watch(lab, a)
    begin = lab.now
    with open(a.conf) as f:
        text = f.read()

    a.configure(config.with_server(text, '192.168.0.130'))              # one added
    a.reload()
    lab.until(lambda: weights(a) == {RS1: 1, RS2: 1, RS3: 1}, DELAY + TIMEOUT, f'the added server: {weights(a)}')
    after = counters(a)
    lab.check(all(after[s] >= before[s] for s in (RS1, RS2)), f'counters ran on: {before} {after}')

    a.configure(config.weight(config.with_server(text, '192.168.0.130'), '192.168.0.130', 3))
    a.reload()
    lab.until(lambda: weights(a) == {RS1: 1, RS2: 1, RS3: 3}, DELAY, f'the weight changed: {weights(a)}')

    a.configure(text)                                                   # and removed
    a.reload()
    lab.until(lambda: weights(a) == {RS1: 1, RS2: 1}, DELAY, f'the added server is removed: {weights(a)}')
    after = counters(a)
    lab.check(all(after[s] >= before[s] for s in (RS1, RS2)), f'counters ran on: {before} {after}')
    lab.figure('connections counted by the untouched servers', f'{before} then {after}')
    lab.equal('looks at the table that missed an untouched server', len(missing), 0)
    lab.advert_gap('a', begin)
    lab.still_owner('a', begin)
    lab.check(download.wait(30), f'the download survives: {download.error}')
    lab.figure('bytes of the download that are right', download.received)


@case('ipvs', seconds=90)
def table_cleared_by_hand_is_restored(lab):
    a, _ = pair(lab)
    foreign = 'TCP 192.168.0.200:8080'
    begin = lab.now
    a.ns.run(['ipvsadm', '-C'])
    a.ns.run(['ipvsadm', '-A', '-t', f'{VIP}:8080', '-s', 'rr'])
    lab.check(SERVICE not in ipvs(a.ns) or lab.now - begin > 0.1, 'the table was cleared')
    lab.until(lambda: weights(a) == {RS1: 1, RS2: 1}, RECONCILE + 5, f'the table is restored: {ipvs(a.ns)}')
    lab.at_most('restored after', lab.now - begin, RECONCILE + E)
    begin = lab.now
    a.ns.run(['ipvsadm', '-e', '-t', f'{VIP}:80', '-r', RS1, '-g', '-w', '7'])
    lab.until(lambda: weights(a) == {RS1: 1, RS2: 1}, RECONCILE + 5, f'the weight is restored: {ipvs(a.ns)}')
    lab.at_most('weight restored after', lab.now - begin, RECONCILE + E)
    lab.check(foreign in ipvs(a.ns), 'a foreign service stays')
    lab.equal('answered by', sorted(get(lab, 20)), ['rs1', 'rs2'])


@case('ipvs', seconds=120)
def reload_with_a_stopped_checker_is_given_up(lab):
    a, _ = pair(lab)
    for role in ('checker', 'prober'):
        with open(a.conf) as f:
            text = f.read()
        a.configure(config.weight(text, '192.168.0.110', 5))
        generation = a.status()['generation']
        child = a.need_child(role)
        begin = lab.now
        os.kill(child, signal.SIGSTOP)
        done = a.keepctl('reload', timeout=40)
        os.kill(child, signal.SIGCONT)
        if role == 'prober' and done.returncode == 0:
            lab.figure('reload with a stopped prober', 'done: the prober takes no part in it')
            continue
        lab.check(done.returncode != 0 and re.search(role, done.stdout), f'keepctl reload fails: {done.stdout!r}')
        lab.sleep(2)
        lab.equal('weights', weights(a), {RS1: 1, RS2: 1})
        lab.equal('generation', a.status()['generation'], generation)
        lab.still_owner('a', begin)
        lab.advert_gap('a', begin)
        a.configure(text)


@case('ipvs', seconds=120)
def roles_come_and_go_with_the_configuration(lab):
    a, _ = lab.build(servers=('rs1', 'rs2'))
    for name in ('rs1', 'rs2'):
        WebServer(lab.network, name).start()
    full = config.load('a')

    def roles():
        return [r for r in ('vrrp', 'checker', 'prober') if a.child(r)]

    a.configure(config.servers_only(full))
    a.start()
    lab.equal('with virtual servers only', roles(), ['checker', 'prober'])
    lab.until(lambda: weights(a) == {RS1: 1, RS2: 1}, DELAY + TIMEOUT, 'both servers in service')
    lab.sleep(D)
    lab.equal('adverts', len(lab.observer.adverts), 0)

    a.configure(config.vrrp_only(full))
    lab.equal('exit of keepctl reload', a.reload().returncode, 0)
    lab.until(lambda: roles() == ['vrrp'], 5, f'the vrrp child alone: {roles()}')
    lab.equal('after a reload to VRRP only', roles(), ['vrrp'])
    lab.equal('IPVS services left', sorted(ipvs(a.ns)), [])
    lab.wait_owner('a', D + 5)

    a.configure(config.servers_only(full))
    lab.equal('exit of keepctl reload', a.reload().returncode, 0)
    lab.until(lambda: roles() == ['checker', 'prober'], 5, f'checker and prober alone: {roles()}')
    lab.equal('after a reload to virtual servers only', roles(), ['checker', 'prober'])
    lab.until(lambda: not lab.observer.owners(), E + 1, 'the VIP is gone')
    lab.check(lab.observer.adverts_of('a', priority=0), 'and priority 0 was sent')
    lab.until(lambda: weights(a) == {RS1: 1, RS2: 1}, DELAY + TIMEOUT, 'both servers in service')


@case('ipvs', seconds=90)
def keepctl_tells_the_state_of_pools(lab):
    a, _ = pair(lab)

    def pool():
        return a.status()['pools'][0]

    def server(address):
        return next(s for s in pool()['servers'] if s['address'] == address)

    lab.equal('service', pool()['service'], f'tcp {VIP}:80')
    lab.equal('states', [pool()['state'], server(RS1)['state'], server(RS2)['state']], ['up'] * 3)
    lab.web['rs1'].stop()
    lab.until(lambda: server(RS1)['state'] == 'down', NOTICED + 2, 'rs1 is told to be down')
    lab.equal('weight', server(RS1)['weight'], 0)
    lab.figure('reason', json.dumps(server(RS1)['checks']))
    lab.check(re.search('refused', json.dumps(server(RS1)['checks'])), 'with the reason')
    lab.web['rs2'].stop()
    lab.until(lambda: pool()['sorry_server']['in_use'], NOTICED + 2, 'the sorry server is told to be in use')
    text = a.keepctl('status').stdout
    lab.check('VI_1' in text and RS1 in text and 'active' in text, f'the text for people says it too: {text}')


@case('ipvs')
def killed_as_a_whole_the_next_start_removes_what_is_not_configured_any_more(lab):
    old = lambda text: config.edit(text, r'(virtual_server \S+) 80\b', r'\1 81') + '\n' + config.block(  # noqa: E731
        text, 'virtual_server')
    a, _ = lab.build(servers=())
    a.configure(old(config.servers_only(config.load('a'))))
    a.start()
    lab.until(lambda: len(ipvs(a.ns)) == 2, 5, f'both services are there: {ipvs(a.ns)}')
    done = a.ns.run(['ipvsadm', '-A', '-t', f'{VIP}:8080', '-s', 'rr'])
    lab.equal('exit of ipvsadm', done.returncode, 0)
    a.kill_everything()
    lab.equal('services after kill -9', len(ipvs(a.ns)), 3)
    a.configure(config.servers_only(config.load('a')))
    begin = lab.now
    a.start()
    lab.until(lambda: f'TCP {VIP}:81' not in ipvs(a.ns), RECONCILE, 'the service that is not configured is gone')
    lab.at_most('gone', lab.now - begin, RECONCILE)
    lab.equal('services then', sorted(ipvs(a.ns)), [SERVICE, f'TCP {VIP}:8080'])
