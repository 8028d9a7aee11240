# SPDX-License-Identifier: Apache-2.0
"""A director: its namespace, its configuration file and the daemon that runs there.

Three daemons can be driven: keepd; keepalived, because it reads the same file and so tells whether the lab itself is
right; and "none", which does nothing at all and with which every case has to fail.
"""
import json
import os
import re
import signal
import socket
import subprocess
import time

READY_WITHIN = 20.0


class Director:
    def __init__(self, network, name, kind, bindir, logdir):
        self.name = name
        self.ns = network.host[name]
        self.kind = kind
        self.bindir = bindir
        self.dir = f'/run/director-{name}'
        self.run_dir = self.dir + '/run'
        self.conf = self.dir + '/keepalived.conf'
        self.log_path = os.path.join(logdir, f'director-{name}.log')
        self.process = None
        self.ready_after = None
        os.makedirs(self.run_dir, exist_ok=True)
        os.chmod(self.dir, 0o755)
        open(self.log_path, 'w').close()

    # -- configuration --------------------------------------------------------------------------------------------

    def configure(self, text, name=None):
        path = os.path.join(self.dir, name) if name else self.conf
        with open(path + '.new', 'wb') as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        os.rename(path + '.new', path)

    # -- life -----------------------------------------------------------------------------------------------------

    def argv(self):
        if self.kind == 'keepd':
            return [f'{self.bindir}/keepd', '-f', self.conf, '--run-dir', self.run_dir]
        if self.kind == 'keepalived':
            pid = self.run_dir + '/keepalived'
            return ['keepalived', '-n', '-l', '-D', '-f', self.conf, '-p', pid + '.pid', '-r', pid + '-vrrp.pid',
                    '-c', pid + '-checker.pid']
        return ['sleep', '1000']

    def start(self, extra=(), wait=True):
        begin = time.monotonic()
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify_path = f'{self.dir}/notify'
        if os.path.exists(notify_path):
            os.unlink(notify_path)
        notify.bind(notify_path)
        os.chmod(notify_path, 0o777)
        with open(self.log_path, 'a') as log:
            self.process = self.ns.popen([*self.argv(), *extra], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                         env={**os.environ, 'NOTIFY_SOCKET': notify_path}, start_new_session=True)
        try:
            if wait:
                self._wait_ready(notify)
        finally:
            notify.close()
        self.ready_after = time.monotonic() - begin
        return self

    def _wait_ready(self, notify):
        if self.kind == 'none':
            return
        deadline = time.monotonic() + READY_WITHIN
        notify.settimeout(0.05)
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f'{self.kind} of {self.name} ended with {self.process.returncode} at start: '
                                     f'{self.log()[-1000:].strip()}')
            try:
                if b'READY=1' in notify.recv(4096):
                    return
            except TimeoutError:
                if self.kind == 'keepalived' and os.path.exists(self.run_dir + '/keepalived.pid'):
                    return
        raise AssertionError(f'{self.kind} of {self.name} is not ready after {READY_WITHIN} s: '
                             f'{self.log()[-1000:].strip()}')

    def signal(self, number):
        self.process.send_signal(number)

    def reload(self):
        """Reload and wait until it is done; returns the completed keepctl (or None where there is none)."""
        if self.kind == 'keepd':
            return self.keepctl('reload')
        self.signal(signal.SIGHUP)
        time.sleep(1.0)
        return None

    def wait(self, seconds):
        """Exit status, or None when it still runs."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill_everything(self):
        """kill -9 of every process of the daemon; all are stopped first, so that none sees another one die."""
        pids = sorted(self.processes())
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
        self.process.wait()

    def withdraw(self):
        return self.ns.run([f'{self.bindir}/keepd', '--withdraw', '--run-dir', self.run_dir])

    # -- what is seen of it ---------------------------------------------------------------------------------------

    def log(self):
        with open(self.log_path, errors='replace') as f:
            return f.read()

    def processes(self):
        """pid -> name, of all processes of the daemon in this director's namespace."""
        found = {}
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                if os.stat(f'/proc/{pid}/ns/net').st_ino != self.ns.inode:
                    continue
                with open(f'/proc/{pid}/comm') as f:
                    comm = f.read().strip()
                with open(f'/proc/{pid}/stat') as f:
                    if f.read().rsplit(')', 1)[1].split()[0] == 'Z':
                        continue
            except OSError:
                continue
            if comm.startswith(('keepd', 'keepalived')):
                found[int(pid)] = comm
        return found

    def child(self, role):
        """The pid of a child by its role (vrrp, checker, prober), or None."""
        if self.kind == 'keepalived':
            try:
                with open(f'{self.run_dir}/keepalived-{role}.pid') as f:
                    return int(f.read())
            except (OSError, ValueError):
                return None
        for pid, comm in self.processes().items():
            if comm == f'keepd-{role}':
                return pid
            try:
                with open(f'/proc/{pid}/cmdline') as f:
                    if re.match(rf'keepd: {role}\b', f.read()):
                        return pid
            except OSError:
                pass
        return None

    def need_child(self, role):
        pid = self.child(role)
        for _ in range(20):     # while it is being started its name changes under our eyes
            if pid is not None:
                break
            time.sleep(0.05)
            pid = self.child(role)
        assert pid is not None, f'director {self.name} has no {role} process; it has {self.processes()}'
        return pid

    def kill_child(self, role):
        pid = self.need_child(role)
        os.kill(pid, signal.SIGKILL)
        return pid

    def keepctl(self, *args, timeout=30):
        return self.ns.run([f'{self.bindir}/keepctl', '--run-dir', self.run_dir, *args], timeout=timeout)

    def status(self):
        done = self.keepctl('status', '--json')
        assert done.returncode == 0, f'keepctl status: exit {done.returncode}: {done.stdout.strip()}'
        return json.loads(done.stdout)

    def instance(self, name='VI_1'):
        return next(i for i in self.status()['instances'] if i['name'] == name)


def ipvs(ns):
    """The IPVS table of a namespace: {'TCP 192.168.0.200:80': {'192.168.0.110:80': (weight, active, inactive)}}."""
    def endpoint(text):
        address, port = text.split(':')
        return '.'.join(str(int(address[i:i + 2], 16)) for i in (0, 2, 4, 6)) + ':' + str(int(port, 16))

    table, service = {}, None
    try:
        text = ns.read('ip_vs')
    except FileNotFoundError:
        return {}
    for line in text.splitlines()[3:]:
        words = line.split()
        if words[0] == '->':
            service[endpoint(words[1])] = (int(words[3]), int(words[4]), int(words[5]))
        else:
            service = table[f'{words[0]} {endpoint(words[1])}'] = {}
    return table
