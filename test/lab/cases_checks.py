# SPDX-License-Identifier: Apache-2.0
"""Probes of real servers in bad company: reloads that never end, too few descriptors. Verdicts need no ip_vs."""
import subprocess
import sys

from lab import case

# Answers after a while; on the ports from the second argument to the third, never.
SLOW = '''
import http.server, socket, sys, threading, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(float(sys.argv[1]))
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
deaf = [socket.create_server(('', port), backlog=64) for port in range(int(sys.argv[2]), int(sys.argv[3]))]
server = http.server.ThreadingHTTPServer(('', 80), Handler)
print('ready', flush=True)
server.serve_forever()
'''


def real_server(port=80, weight=1):
    return f'''
    real_server 192.168.0.110 {port} {{
        weight {weight}
        HTTP_GET {{
            url {{
                path /
            }}
        }}
    }}'''


def virtual_server(*servers, delay_loop=2):
    return f'''
virtual_server 192.168.0.200 80 {{
    delay_loop {delay_loop}
    connect_timeout 2
    retry 0
    lb_algo rr
    lb_kind NAT
    protocol TCP
    {''.join(servers)}
}}
'''


def build(lab, seconds, deaf=0):
    """Director A, and a server that takes so long to answer, with further ports that never do."""
    a, = lab.build(servers=('rs1',), directors=('a',))
    process = lab.network.host['rs1'].popen([sys.executable, '-c', SLOW, str(seconds), '10000', str(10000 + deaf)],
                                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()
    return a


def answered(director):
    return director.status()['pools'][0]['servers'][0]['checks'][0]['ok_total']


@case('vrrp')
def reloads_hold_up_no_probe(lab):
    a = build(lab, seconds=1.5)
    a.configure(virtual_server(real_server()))
    a.start()
    lab.until(lambda: answered(a), 6, 'a first answer')
    before, begin, reloads = answered(a), lab.now, 0
    while lab.now < begin + 12:
        reloads += 1
        a.configure(virtual_server(real_server(weight=1 + reloads % 2)))
        lab.check(a.reload().returncode == 0, 'the reload succeeds')
        lab.sleep(0.3)
    lab.figure('reloads', reloads)
    lab.at_least('answers in 12 s, at intervals of 2', answered(a) - before, 4, 'answers')


@case('vrrp')
def with_too_few_descriptors_every_server_has_its_turn(lab):
    deaf = 300
    a = build(lab, seconds=0, deaf=deaf)
    a.configure(virtual_server(real_server(), *[real_server(10000 + i) for i in range(deaf)]))
    argv = a.argv()
    a.argv = lambda: ['prlimit', '--nofile=150:150', *argv]
    a.start()
    lab.until(lambda: answered(a), 20, 'a first answer')
    before = answered(a)
    lab.sleep(30)
    # 86 probes of 2 s each at a time: a round takes 7 s
    lab.at_least('answers in 30 s', answered(a) - before, 3, 'answers')
    servers = a.status()['pools'][0]['servers']
    lab.equal('state of the good server', servers[0]['state'], 'up')
    lab.equal('servers down', sum(server['state'] == 'down' for server in servers), deaf)
