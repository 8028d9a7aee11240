# SPDX-License-Identifier: Apache-2.0
"""Web servers of the lab: one nginx per real server, and one per director as sorry server.

Each answers /test.html with "Still alive", says who it is in X-Server, and sends /long slowly.
"""
import os
import subprocess
import time

LONG = b''.join(b'%011d\n' % n for n in range(1 << 17))       # 1.5 MiB, every line different
LONG_RATE = 96 * 1024                                          # bytes/s: lasts about 16 s

CONF = """
daemon off;
master_process off;
pid {dir}/pid;
error_log {dir}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {dir}/body;
    default_type text/plain;
    add_header X-Server {name} always;
    server {{
        listen 80 backlog=512;
        root {dir}/www;
        location = /name {{ return 200 "{name}\\n"; }}
        location = /long {{ limit_rate {rate}; sendfile off; }}
    }}
}}
"""


class WebServer:
    def __init__(self, network, host, name=None):
        self.name = name or host
        self._ns = network.host[host]
        self._dir = f'/run/web-{self.name}'
        self._process = None
        os.makedirs(self._dir + '/www')
        with open(self._dir + '/nginx.conf', 'w') as f:
            f.write(CONF.format(dir=self._dir, name=self.name, rate=LONG_RATE))
        with open(self._dir + '/www/test.html', 'w') as f:
            f.write('<html><body>Still alive</body></html>\n')
        with open(self._dir + '/www/long', 'wb') as f:
            f.write(LONG)

    def start(self):
        self._process = self._ns.popen(['nginx', '-c', self._dir + '/nginx.conf', '-e', self._dir + '/error.log'],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not self._listening():
            if self._process.poll() is not None or time.monotonic() > deadline:
                with open(self._dir + '/error.log') as f:
                    raise RuntimeError(f'nginx of {self.name} does not start: {f.read()}')
            time.sleep(0.02)
        return self

    def _listening(self):
        return any(line.split()[1].endswith(':0050') and line.split()[3] == '0A'
                   for line in self._ns.read('tcp').splitlines()[1:])

    def stop(self):
        """At once: the port is closed when this returns."""
        self._process.kill()
        self._process.wait()
