# SPDX-License-Identifier: Apache-2.0
"""FRR on a host of the lab: zebra and one more daemon in its namespace, with sockets and files of their own."""
import json
import os
import shutil
import subprocess
import time

DAEMONS = '/usr/lib/frr'


class Frr:
    def __init__(self, ns, logdir, daemon, lines, extra=()):
        """LINES: the configuration of DAEMON; EXTRA: arguments of it."""
        self.ns, self.daemon = ns, daemon
        self.dir = f'/run/frr-{ns.name}'
        os.makedirs(self.dir, mode=0o755)
        os.makedirs('/run/frr', exist_ok=True)
        with open(f'{self.dir}/{daemon}.conf', 'w') as f:
            f.write('\n'.join([*lines, '!', '']))
        open(f'{self.dir}/zebra.conf', 'w').close()
        for path in ('/run/frr', self.dir, *(os.path.join(self.dir, name) for name in os.listdir(self.dir))):
            shutil.chown(path, 'frr', 'frr')
        for name, more in (('zebra', []), (daemon, extra)):
            with open(os.path.join(logdir, f'{name}-{ns.name}.log'), 'w') as log:
                ns.popen([f'{DAEMONS}/{name}', '-f', f'{self.dir}/{name}.conf',
                          '-i', f'{self.dir}/{name}.pid', '-z', f'{self.dir}/zserv.api', '--vty_socket', self.dir,
                          '--log', 'stdout', *more], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                         start_new_session=True)
            deadline = time.monotonic() + 10
            while not os.path.exists(f'{self.dir}/{name}.vty'):
                assert time.monotonic() < deadline, f'{name} of FRR does not start'
                time.sleep(0.02)

    def vtysh(self, *commands):
        arguments = [word for command in commands for word in ('-c', command)]
        return self.ns.run(['vtysh', '--vty_socket', self.dir, '-d', self.daemon, *arguments]).stdout

    def show(self, what):
        text = self.vtysh(f'show {what} json')
        return json.loads(text[text.index('['):])


class FrrBfd(Frr):
    def __init__(self, ns, logdir, bfd):
        """BFD: the lines of the block `bfd` of its configuration."""
        super().__init__(ns, logdir, 'bfdd', ['bfd', *bfd], ['--bfdctl', f'/run/frr-{ns.name}/bfdd.sock'])

    def _of(self, what, address):
        return next((p for p in self.show(f'bfd {what}') if p['peer'] == address), {})

    def peer(self, address):
        """What `show bfd peers` says of a peer; {} if there is none."""
        return self._of('peers', address)

    def counters(self, address):
        return self._of('peers counters', address)


class FrrVrrp(Frr):
    """One virtual router. FRR wants a macvlan with the virtual MAC and the addresses on it, which it switches on and off
    (protodown); so the addresses are there all the time, and who is active is asked from FRR and seen on the wire."""

    def __init__(self, ns, logdir, vrid, addresses, *lines, link='eth0'):
        self.vrid = vrid
        self.family = 'v6' if ':' in addresses[0] else 'v4'
        mac = f'00:00:5e:00:{"02" if self.family == "v6" else "01"}:{vrid:02x}'
        self.device = f'vrrp{self.family[1]}-{vrid}'
        length = 64 if self.family == 'v6' else 32
        ns.ip(f'link add {self.device} link {link} address {mac} type macvlan mode bridge',
              *(f'addr add {address}/{length} dev {self.device}' + (' nodad' if self.family == 'v6' else '')
                for address in addresses),
              f'link set {self.device} up')
        kind = 'ipv6' if self.family == 'v6' else 'ip'
        super().__init__(ns, logdir, 'vrrpd', [
            f'interface {link}', *(f' vrrp {vrid} {line}' for line in lines),
            *(f' vrrp {vrid} {kind} {address}' for address in addresses)])

    def state(self):
        router = next((r for r in self.show('vrrp') if r['vrid'] == self.vrid), None)
        return router and router[self.family]['status']
