# SPDX-License-Identifier: Apache-2.0
"""What a daemon must not be moved by: wrong packets, broken files, a wrong way of starting it."""
import ctypes
import os
import re
import shutil
import signal
import subprocess
import time

import config
import wire
from lab import A, BOTH, E, PRIORITY, VIP, VRID, case, down
from sandbox import libc
from topology import HOSTS

D = down(PRIORITY['b'])


def forge(lab, ttl=255, vrid=VRID, spoil=False, count=20, priority=255):
    """Adverts from the client's address, ten a second."""
    sock = lab.network.host['client'].call(wire.advert_socket, HOSTS['client'], ttl)
    message = wire.advert(vrid, priority, [VIP], spoil=spoil)
    for _ in range(count):
        sock.sendto(message, (wire.GROUP, 0))
        lab.sleep(0.1)
    sock.close()


def wrong_adverts(lab, reason, **how):
    """(keepalived 2.2.7 fails the first two: its own adverts pause while packets with these mistakes come in.)"""
    a, b = lab.running_vrrp_pair()
    keepd = lab.kind == 'keepd'
    before = {d.name: d.instance()['errors'] for d in (a, b)} if keepd else {}
    begin = lab.now
    forge(lab, **how)
    lab.sleep(0.5)
    seen = len(lab.observer.adverts_of('client', begin))
    lab.equal('wrong adverts sent', seen, 20)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    for director in (a, b) if keepd else ():
        after = director.instance()['errors']
        grown = {k: after[k] - before[director.name].get(k, 0) for k in after}
        lab.equal(f'counted by {director.name}', {k: n for k, n in grown.items() if n}, {reason: 20})


@case('vrrp')
def wrong_checksum_is_counted_and_has_no_effect(lab):
    wrong_adverts(lab, 'checksum', spoil=True)


@case('vrrp')
def wrong_ttl_is_counted_and_has_no_effect(lab):
    wrong_adverts(lab, 'ttl', ttl=254)


@case('vrrp', daemons=BOTH)
def wrong_vrid_is_counted_and_has_no_effect(lab):
    wrong_adverts(lab, 'vrid', vrid=VRID + 1)


@case('vrrp', daemons=BOTH)
def a_right_advert_of_higher_priority_has_effect(lab):
    """The counter-proof of the three above: the same packets without the mistake do move the owner."""
    lab.running_vrrp_pair()
    begin = lab.now
    forge(lab)
    lab.check(lab.observer.lost('a', begin) is not None, 'A gives way to a higher priority')
    lab.figure('A gave way after', f'{lab.observer.lost("a", begin) - begin:.3f} s')


# Ten files that must not take the place of a running configuration, each made from the good one.
def broken_files(good):
    other = config.block(good, 'vrrp_instance').replace('VI_1', 'VI_2').replace(VIP, '192.168.0.201')
    return {
        'missing-brace': good.rstrip().rstrip('}'),
        'unknown-keyword': good.replace('    priority', '    priorty 3\n    priority'),
        'bad-address': good.replace(VIP, '192.168.0.300'),
        'same-vrid-twice': good + '\n' + other,
        'missing-include': good + '\ninclude no-such-file.conf\n',
        'binary-file': bytes(range(256)) * 16,
        'empty-file': '',
        'vrid-out-of-range': good.replace('virtual_router_id 51', 'virtual_router_id 256'),
        'stray-brace': good + '\n}\n',
        'no-value': config.edit(good, r'priority \d+', 'priority'),
    }


def lasting(director):
    """Its processes but for the conf process, which may still be on its way out."""
    return {pid: comm for pid, comm in director.processes().items() if comm != 'keepd-conf'}


def unchanged(lab, director, processes, generation):
    lab.check(lasting(director) == processes, f'the processes are the same: {lasting(director)} {processes}')
    lab.check(director.status()['generation'] == generation, 'the generation is the same')


@case('vrrp', seconds=120)
def broken_files_change_nothing_and_the_reload_says_where(lab):
    a, _ = lab.running_vrrp_pair()
    with open(a.conf) as f:
        good = f.read()
    processes, generation = lasting(a), a.status()['generation']
    begin = lab.now
    files = broken_files(good)
    for name, text in files.items():
        a.configure(text)
        mark = len(a.log())
        a.signal(signal.SIGHUP)
        lab.until(lambda: re.search(r'keepalived\.conf:\d+:\d+: ', a.log()[mark:]), 5,
                  f'{name}: the log says file:line:column and the reason after SIGHUP')
        done = a.keepctl('reload')
        lab.check(done.returncode != 0, f'{name}: keepctl reload fails, but it exits {done.returncode}')
        lab.check(re.search(r'keepalived\.conf:\d+:\d+: \S.*\S', done.stdout),
                  f'{name}: keepctl says file:line:column and the reason: {done.stdout!r}')
        unchanged(lab, a, processes, generation)
    lab.figure('broken files refused', len(files))
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    a.configure(good)
    lab.equal('exit of keepctl reload with the good file', a.keepctl('reload').returncode, 0)


@case('vrrp')
def reload_with_a_stopped_child_is_given_up(lab):
    a, b = lab.running_vrrp_pair()
    with open(b.conf) as f:
        text = f.read()
    b.configure(config.edit(text, 'priority 100', 'priority 101'))
    processes, generation = lasting(b), b.status()['generation']
    child = b.need_child('vrrp')
    begin = lab.now
    os.kill(child, signal.SIGSTOP)
    done = b.keepctl('reload', timeout=40)
    took = lab.now - begin
    os.kill(child, signal.SIGCONT)
    lab.check(done.returncode != 0, f'keepctl reload fails: {done.stdout!r}')
    lab.check(re.search('vrrp', done.stdout), f'it names the child: {done.stdout!r}')
    lab.at_most('given up after', took, 10 + 1)
    lab.sleep(D + E)
    unchanged(lab, b, processes, generation)
    lab.equal('priority', b.instance()['priority'], 100)
    lab.still_owner('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.equal('exit of the next keepctl reload', b.keepctl('reload').returncode, 0)
    lab.equal('priority then', b.instance()['priority'], 101)


@case('vrrp')
def renaming_the_instance_is_not_seen_on_the_wire(lab):
    a, _ = lab.running_vrrp_pair()
    lab.sleep(6)                                # the announcements of the takeover are over
    begin = lab.now
    with open(a.conf) as f:
        text = f.read()
    a.configure(config.edit(text, 'vrrp_instance VI_1', 'vrrp_instance front'))
    lab.equal('exit of keepctl reload', a.reload().returncode, 0)
    lab.equal('name', [i['name'] for i in a.status()['instances']], ['front'])
    lab.sleep(3 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    adverts = lab.observer.adverts_of('a', begin)
    lab.at_least('shortest advert gap', min(y.time - x.time for x, y in zip(adverts, adverts[1:])), 0.9 * A)
    lab.check(all(x.priority == 150 for x in adverts), 'no priority 0')
    lab.equal('announcements', len(lab.observer.garps_of('a', begin)), 0)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)


@case('vrrp')
def vrrp_alone_runs_no_checker_and_says_nothing_of_ipvs(lab):
    a, _ = lab.running_vrrp_pair()
    names = sorted(lasting(a).values())
    lab.figure('processes', ' '.join(names))
    lab.check(a.child('vrrp'), 'there is a vrrp child')
    lab.check(not a.child('checker') and not a.child('prober'), 'there is neither checker nor prober')
    lab.check(not re.search('ip_vs|ipvs', a.log(), re.I), 'not a word about IPVS in the log')
    lab.equal('roles told by keepctl', [p['role'] for p in a.status()['processes'] if p['role'] in
                                        ('vrrp', 'checker', 'prober')], ['vrrp'])


# -- wrong ways to start ------------------------------------------------------------------------------------------------

PR_CAPBSET_DROP, CAP_NET_ADMIN = 24, 12


def attempt(lab, director, argv, before=None, user=None):
    """Run a daemon that is expected to refuse; returns (exit status, lines it wrote)."""
    def go():
        return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=15, preexec_fn=before, user=user)
    try:
        done = director.ns.call(go)
    except subprocess.TimeoutExpired as e:
        raise AssertionError(f'{argv} runs on instead of refusing: {e.output}') from None
    return done.returncode, done.stdout.strip().splitlines()


@case('vrrp')
def a_wrong_start_says_what_and_what_to_do(lab):
    a, b = lab.vrrp_pair()
    folder = '/run/bin'                         # where everybody may look, unlike the tree of root
    shutil.copytree(lab.bindir, folder, ignore=lambda d, names: [n for n in names if n not in ('keepd', 'keepctl')])
    keepd = folder + '/keepd'
    good = open(a.conf).read()
    a.configure(good.replace('eth0', 'eth7'), 'no-interface.conf')
    a.configure(config.load('a').replace('192.168.0.110 80', '192.168.0.110 80000'), 'bad-port.conf')
    run = ['--run-dir', a.run_dir]

    def drop_admin():
        libc.prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN, 0, 0, 0)

    def no_user():
        # a passwd without keepd, in a mount namespace of this one process
        from sandbox import CLONE_NEWNS, MS_BIND, MS_PRIVATE, MS_REC, mount, unshare
        unshare(CLONE_NEWNS)
        mount(None, '/', None, MS_REC | MS_PRIVATE)
        with open('/run/passwd') as f, open('/run/passwd.without', 'w') as g:
            g.writelines(line for line in f if not line.startswith('keepd:'))
        mount('/run/passwd.without', '/etc/passwd', None, MS_BIND)

    b.start()
    seen = {}
    for what, pattern, argv, how in (
            ('not root', r'root', [keepd, '-f', a.conf, *run], {'user': 65534}),
            ('no user keepd', r'user.*keepd|keepd.*user', [keepd, '-f', a.conf, *run], {'before': no_user}),
            ('no CAP_NET_ADMIN', r'(?i)cap_net_admin|capabilit', [keepd, '-f', a.conf, *run], {'before': drop_admin}),
            ('unreadable file', r'no-such\.conf', [keepd, '-f', a.dir + '/no-such.conf', *run], {}),
            ('port out of range', r'bad-port\.conf:\d+:\d+: .*80000', [keepd, '-f', a.dir + '/bad-port.conf', *run], {}),
            ('no such interface', r'eth7', [keepd, '-f', a.dir + '/no-interface.conf', *run], {}),
            ('second instance', r'(?i)already|running|pid', [keepd, '-f', b.conf, '--run-dir', b.run_dir], {})):
        begin = time.monotonic()
        status, lines = attempt(lab, a, argv, **how)
        seen[what] = status
        lab.check(status > 0, f'{what}: exit {status}: {lines}')
        # The source line, the caret and the block below an error of the configuration are indented; that this
        # machine refuses real time and locked memory is another matter.
        said = [line for line in lines if not line.startswith(' ') and 'real time: ' not in line]
        lab.check(len(said) == 1 and re.search(pattern, said[0]), f'{what}: one line that says so: {lines}')
        lab.check(time.monotonic() - begin < 5, f'{what}: at once')
    lab.figure('exit statuses', ', '.join(f'{what} {status}' for what, status in seen.items()))
    lab.check(len(set(seen.values())) == len(seen), f'each has a status of its own: {seen}')
    lab.check(b.processes(), 'the first instance runs on')


@case('vrrp')
def test_mode_agrees_with_the_daemon(lab):
    a, _ = lab.vrrp_pair()
    keepd = lab.bindir + '/keepd'
    full = config.load('a')
    good = open(a.conf).read()
    for text, name in ((full, 'full.conf'), (good, 'vrrp.conf'), (config.servers_only(full), 'servers.conf')):
        a.configure(text, name)
        status, lines = attempt(lab, a, [keepd, '-t', '-f', f'{a.dir}/{name}'])
        lab.check(status == 0, f'{name} is good: exit {status}: {lines}')
    for name, text in broken_files(good).items():
        a.configure(text, name)
        status, lines = attempt(lab, a, [keepd, '-t', '-f', f'{a.dir}/{name}'])
        lab.check(status == 2, f'{name} is an error: exit {status}: {lines}')
        lab.check(any(re.search(rf'{name}:\d+:\d+: \S', line) for line in lines), f'{name}: where and why: {lines}')
    status, lines = attempt(lab, a, [keepd, '-t', '-f', a.dir + '/no-such'])
    lab.equal('exit for an unreadable file', status, 3)
    lab.figure('broken files', len(broken_files(good)))
