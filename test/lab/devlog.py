# SPDX-License-Identifier: Apache-2.0
"""A system log for the sandbox: collects what processes send to /dev/log."""
import os
import socket
import time

import sandbox

DEVICES = ('full', 'null', 'random', 'urandom', 'zero')


class Syslog:
    """Takes the place of /dev of this sandbox, since the one of the machine is not ours to add a socket to."""

    def __init__(self, loop):
        self.lines = []                         # (when, text) with the priority in front: '<29>keepd...'
        os.mkdir('/run/dev')
        sandbox.mount('tmpfs', '/run/dev', 'tmpfs')
        for name in DEVICES:
            with open('/run/dev/' + name, 'w'):
                pass
            sandbox.mount('/dev/' + name, '/run/dev/' + name, None, sandbox.MS_BIND)
        sandbox.mount('/run/dev', '/dev', None, sandbox.MS_BIND | sandbox.MS_REC)
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sock.bind('/dev/log')
        os.chmod('/dev/log', 0o666)
        self._sock.setblocking(False)
        self._loop = loop
        self.resume()

    def pause(self):
        """Take nothing any more."""
        self._loop.remove(self._sock)

    def resume(self):
        self._loop.add(self._sock, self._take)

    def _take(self):
        try:
            while True:
                self.lines.append((time.monotonic(), self._sock.recv(65536).decode(errors='replace')))
        except BlockingIOError:
            pass

    def text(self):
        return '\n'.join(line for _, line in self.lines)
