# SPDX-License-Identifier: Apache-2.0
"""FRR on a host of the lab: zebra and bfdd in its namespace, with sockets and files of their own."""
import json
import os
import shutil
import subprocess
import time

DAEMONS = '/usr/lib/frr'


class Frr:
    def __init__(self, ns, logdir, bfd):
        """BFD: the lines of the block `bfd` of its configuration."""
        self.ns = ns
        self.dir = f'/run/frr-{ns.name}'
        os.makedirs(self.dir, mode=0o755)
        os.makedirs('/run/frr', exist_ok=True)
        with open(f'{self.dir}/bfdd.conf', 'w') as f:
            f.write('\n'.join(['bfd', *bfd, '!', '']))
        open(f'{self.dir}/zebra.conf', 'w').close()
        for path in ('/run/frr', self.dir, *(os.path.join(self.dir, name) for name in os.listdir(self.dir))):
            shutil.chown(path, 'frr', 'frr')
        for name, extra in (('zebra', []), ('bfdd', ['--bfdctl', f'{self.dir}/bfdd.sock'])):
            with open(os.path.join(logdir, f'{name}-{ns.name}.log'), 'w') as log:
                ns.popen([f'{DAEMONS}/{name}', '-f', f'{self.dir}/{name}.conf',
                          '-i', f'{self.dir}/{name}.pid', '-z', f'{self.dir}/zserv.api', '--vty_socket', self.dir,
                          '--log', 'stdout', *extra], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                         start_new_session=True)
            deadline = time.monotonic() + 10
            while not os.path.exists(f'{self.dir}/{name}.vty'):
                assert time.monotonic() < deadline, f'{name} of FRR does not start'
                time.sleep(0.02)

    def vtysh(self, *commands):
        arguments = [word for command in commands for word in ('-c', command)]
        done = self.ns.run(['vtysh', '--vty_socket', self.dir, '-d', 'bfdd', *arguments])
        return done.stdout

    def _of(self, what, address):
        text = self.vtysh(f'show bfd {what} json')
        return next((p for p in json.loads(text[text.index('['):]) if p['peer'] == address), {})

    def peer(self, address):
        """What `show bfd peers` says of a peer; {} if there is none."""
        return self._of('peers', address)

    def counters(self, address):
        return self._of('peers counters', address)
