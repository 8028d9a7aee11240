# SPDX-License-Identifier: Apache-2.0
"""Scripts of real servers and pools: when they run, and what they are told. Verdicts need no ip_vs."""
import os
import subprocess
import sys

import config
from lab import case
from notebook import Notebook
from servers import WebServer

SERVICE = 'tcp 192.168.0.200:80'

# Accepts connections on many ports until it is killed.
LISTENER = '''
import select, socket, sys
poll, sockets = select.poll(), {}
for port in range(int(sys.argv[1]), int(sys.argv[2])):
    s = socket.create_server(('', port), backlog=16)
    sockets[s.fileno()] = s
    poll.register(s, select.POLLIN)
print('ready', flush=True)
while True:
    for fd, _ in poll.poll():
        sockets[fd].accept()[0].close()
'''

# Many of these run at the same time: nothing but a line in a file.
TALLY = '''#!/bin/sh
echo "$1 $KEEPD_SERVER $KEEPD_STATE" >> {page}
'''


def quick(text):
    text = config.servers_only(text)
    text = config.edit(text, r'delay_loop \d+', 'delay_loop 1')
    text = config.edit(text, r'connect_timeout \d+', 'connect_timeout 1')
    return config.edit(text, r'delay_before_retry \d+', 'delay_before_retry 0.2')


def with_scripts(text, notes):
    text = config.edit(text, r'^( *)weight 1$', rf'\g<0>\n\1notify_up "{notes.script} server up"\n'
                                                rf'\1notify_down "{notes.script} server down"')
    return config.edit(text, r'^ *sorry_server', rf'quorum_up "{notes.script} pool up"\n'
                                                 rf'quorum_down "{notes.script} pool down"\n\g<0>')


def running_director(lab, notes):
    """Director A checks two servers, both up."""
    a, = lab.build(servers=('rs1', 'rs2'), directors=('a',))
    web = [WebServer(lab.network, name).start() for name in ('rs1', 'rs2')]
    a.configure(with_scripts(quick(config.load('a')), notes))
    a.start()
    lab.until(lambda: all(good(server) for server in servers(a)), 10, 'both servers answered')
    return a, web


def servers(director):
    return [server for pool in director.status()['pools'] for server in pool['servers']]


def good(server):
    return server['state'] == 'up' and all(check['result'] == 'ok' for check in server['checks'])


def told(run):
    """What a run was told: its arguments, and its environment without the prefix."""
    words = {name.removeprefix('KEEPD_'): value for name, value in run['environ'].items() if name != 'PATH'}
    return run['args'], words


def next_runs(lab, notes, before, count):
    lab.until(lambda: len(notes.ended()) >= before + count, 6, f'{count} more scripts ran')
    lab.sleep(0.5)
    lab.equal('scripts', len(notes.ended()) - before, count)
    return [told(run) for run in notes.runs()[before:]]


def pool(state, previous, reason):
    return (['pool', state], {'SERVICE': SERVICE, 'STATE': state, 'PREVIOUS': previous, 'REASON': reason})


def server(address, state, previous, reason):
    return (['server', 'up' if state == 'up' else 'down'], {
        'SERVICE': SERVICE, 'SERVER': address + ':80', 'STATE': state, 'PREVIOUS': previous, 'REASON': reason})


@case('vrrp')
def scripts_tell_of_servers_and_pools_that_fail_and_recover(lab):
    notes = Notebook()
    _, (rs1, rs2) = running_director(lab, notes)
    refused = 'connect: connection refused, 2 of 2 attempts'
    lab.equal('at start', next_runs(lab, notes, 0, 1), [pool('up', 'new', 'weight 2 up, quorum 1')])
    rs1.stop()
    lab.equal('one fails', next_runs(lab, notes, 1, 1), [server('192.168.0.110', 'down', 'up', refused)])
    rs2.stop()
    lab.equal('the other fails', sorted(next_runs(lab, notes, 2, 2), key=str), sorted([
        server('192.168.0.120', 'down', 'up', refused),
        pool('down', 'up', 'weight 0 up, quorum 1; the sorry server 127.0.0.1:80 answers')], key=str))
    rs1.start()
    lab.equal('one recovers', sorted(next_runs(lab, notes, 4, 2), key=str), sorted([
        server('192.168.0.110', 'up', 'down', 'ok'), pool('up', 'down', 'weight 1 up, quorum 1')], key=str))


@case('vrrp')
def scripts_run_once_for_each_change_whatever_dies_or_is_reloaded(lab):
    notes = Notebook()
    a, (rs1, _) = running_director(lab, notes)
    next_runs(lab, notes, 0, 1)
    rs1.stop()
    next_runs(lab, notes, 1, 1)
    for role in ('checker', 'prober'):
        pid = a.kill_child(role)
        lab.until(lambda: a.child(role) not in (None, pid), 5, f'another {role}')
        lab.sleep(2.5)
    with open(a.conf) as f:
        text = f.read()
    a.configure(config.weight(text, '192.168.0.120', 5))
    lab.equal('reload', a.reload().returncode, 0)
    lab.sleep(2.5)
    lab.equal('after two crashes and a reload: further scripts', len(notes.runs()) - 2, 0)
    a.configure(config.without(text, 'real_server 192.168.0.120'))
    lab.equal('reload', a.reload().returncode, 0)
    lab.equal('its last server but one is removed, the pool is empty', sorted(next_runs(lab, notes, 2, 2), key=str),
              sorted([server('192.168.0.120', 'removed', 'up', 'not configured any more'),
                      pool('down', 'up', 'weight 0 up, quorum 1; the sorry server 127.0.0.1:80 answers')], key=str))


def many(count, script):
    real = ''.join(f'''
    real_server 192.168.0.110 {10000 + i} {{
        TCP_CHECK {{ connect_timeout 2 }}
        notify_up "{script} up"
        notify_down "{script} down"
    }}''' for i in range(count))
    return f'''
virtual_server 192.168.0.200 80 {{
    delay_loop 1
    warmup 1
    retry 0
    lb_algo rr
    lb_kind NAT
    protocol TCP
    {real}
}}
'''


@case('vrrp', seconds=150)
def a_thousand_servers_that_fail_together_are_all_told_of(lab):
    count = 1000
    os.mkdir('/run/tally', 0o755)
    page, script = '/run/tally/page', '/run/tally/script'
    with open(page, 'w'):
        pass
    os.chmod(page, 0o666)
    with open(script, 'w') as f:
        f.write(TALLY.format(page=page))
    os.chmod(script, 0o755)

    def lines():
        with open(page) as f:
            return f.read().splitlines()

    a, = lab.build(servers=('rs1',), directors=('a',))
    argv = [sys.executable, '-c', LISTENER, '10000', str(10000 + count)]
    listener = lab.network.host['rs1'].popen(argv, stdout=subprocess.PIPE)
    listener.stdout.readline()
    a.configure(many(count, script))
    a.start()
    lab.until(lambda: all(good(server) for server in servers(a)), 20, 'all servers answered')
    lab.equal('scripts before', len(lines()), 0)
    listener.kill()
    listener.wait()
    lab.until(lambda: len(lines()) >= count, 60, 'all scripts ran')
    lab.equal('servers told of', len(set(lines())), count)
    listener = lab.network.host['rs1'].popen(argv, stdout=subprocess.PIPE)
    listener.stdout.readline()
    lab.until(lambda: len(lines()) >= 2 * count, 60, 'all scripts ran')
    lab.equal('servers told of', len(set(lines())), 2 * count)
    listener.kill()
    listener.wait()
