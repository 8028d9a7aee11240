# SPDX-License-Identifier: Apache-2.0
"""Network namespaces, each with a thread that lives in it.

A socket belongs to the namespace it was made in, and a process to the one of the thread that started it; so
everything that must happen in a namespace is handed to its thread, and what comes back can be used anywhere.
The namespaces have names under /run/netns, so that `ip -n NAME` and `ip netns exec NAME` know them.
"""
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import sandbox


class Netns:
    def __init__(self, name):
        self.name = name
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self.inode = self.call(self._enter)

    def _enter(self):
        sandbox.unshare(sandbox.CLONE_NEWNET)
        path = '/run/netns/' + self.name
        with open(path, 'w'):
            pass
        sandbox.mount('/proc/thread-self/ns/net', path, None, sandbox.MS_BIND)
        return os.stat(path).st_ino

    def call(self, fn, *args, **kwargs):
        return self._thread.submit(fn, *args, **kwargs).result()

    def popen(self, argv, **kwargs):
        return self.call(subprocess.Popen, argv, **kwargs)

    def run(self, argv, **kwargs):
        """Run a command to its end; its output, both streams together, is in .stdout as text."""
        kwargs.setdefault('timeout', 60)
        return self.call(subprocess.run, argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, **kwargs)

    def ip(self, *lines):
        """ip(8) commands in one go; the first that fails is an error."""
        subprocess.run(['ip', '-n', self.name, '-batch', '-'], input='\n'.join(lines) + '\n', text=True, check=True,
                       timeout=60)

    def sysctl(self, values):
        """Settings below /proc/sys/net, by path."""
        def write():
            for key, value in values.items():
                with open('/proc/sys/net/' + key, 'w') as f:
                    f.write(str(value))
        self.call(write)

    def read(self, name):
        """A file of /proc/net as this namespace sees it."""
        def read():
            with open('/proc/thread-self/net/' + name) as f:
                return f.read()
        return self.call(read)
