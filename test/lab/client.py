# SPDX-License-Identifier: Apache-2.0
"""The client's view: does the virtual address answer, who answers, and for how long does nobody.

Pinger asks a UDP echo on the VIP every 10 ms: exact, and needs no IPVS. Browser does HTTP requests through the
virtual service. Download is one long TCP connection whose every byte is checked.
"""
import socket
import struct
import threading
import time

from topology import VIP

ECHO_PORT = 7
IP_FREEBIND = 15
PERIOD = 0.010


def echo(loop, network, name):
    """Let a host answer datagrams to the VIP, whenever it has it, with its own name."""
    def open_():
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
        s.bind((VIP, ECHO_PORT))
        s.setblocking(False)
        return s

    sock = network.host[name].call(open_)

    def answer():
        try:
            while True:
                data, sender = sock.recvfrom(64)
                sock.sendto(data[:8] + name.encode(), sender)
        except OSError:
            pass
    loop.add(sock, answer)


class Pinger:
    def __init__(self, loop, network):
        self.sent = []                          # sequence number -> when
        self.answered = {}                      # sequence number -> (when, who)
        self._sock = network.host['client'].call(self._open)
        loop.add(self._sock, self._on_answer)
        loop.every(PERIOD, self._send)

    @staticmethod
    def _open():
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setblocking(False)
        return s

    def _send(self, _due):
        number = len(self.sent)
        self.sent.append(time.monotonic())
        try:
            self._sock.sendto(struct.pack('!Q', number), (VIP, ECHO_PORT))
        except OSError:                         # no neighbour: as good as unanswered
            pass

    def _on_answer(self):
        try:
            while True:
                data = self._sock.recv(64)
                self.answered[struct.unpack('!Q', data[:8])[0]] = (time.monotonic(), data[8:].decode())
        except OSError:
            pass

    def outage(self, since, until):
        """The longest time within the window in which no question that was asked got an answer."""
        longest, last = 0.0, since
        for number, when in enumerate(list(self.sent)):
            if since <= when <= until and number in self.answered:
                longest, last = max(longest, when - last), when
        return max(longest, until - last)

    def answers(self, since, until):
        """Who answered in the window, as a set of names."""
        return {who for when, who in list(self.answered.values()) if since <= when <= until}


def fetch(path='/', timeout=1.0):
    """One HTTP request to the virtual service: (status, X-Server, body). Raises OSError."""
    with socket.create_connection((VIP, 80), timeout) as s:
        s.settimeout(timeout)
        s.sendall(f'GET {path} HTTP/1.0\r\nHost: www\r\n\r\n'.encode())
        data = b''
        while chunk := s.recv(65536):
            data += chunk
    head, _, body = data.partition(b'\r\n\r\n')
    lines = head.decode('latin-1').split('\r\n')
    fields = dict(line.split(': ', 1) for line in lines[1:] if ': ' in line)
    if not lines[0].startswith('HTTP/'):
        raise OSError('no HTTP answer')
    return int(lines[0].split()[1]), fields.get('X-Server', '?'), body


class Browser:
    """Requests one after the other, from a thread in the client's namespace."""

    def __init__(self, network, pause=0.010, timeout=0.25):
        self.results = []                       # (begin, end, server or None when it failed, reason)
        self._pause, self._timeout = pause, timeout
        self._stop = threading.Event()
        network.host['client'].call(self._spawn)

    def _spawn(self):
        self._thread = threading.Thread(target=self._run, daemon=True)      # inherits the namespace
        self._thread.start()

    def _run(self):
        while not self._stop.is_set():
            begin = time.monotonic()
            try:
                status, server, _ = fetch('/name', self._timeout)
                reason = '' if status == 200 else f'status {status}'
            except OSError as e:
                server, reason = None, str(e)
            self.results.append((begin, time.monotonic(), server if not reason else None, reason))
            self._stop.wait(self._pause)

    def stop(self):
        self._stop.set()
        self._thread.join()

    def failures(self, since, until):
        return [r for r in list(self.results) if since <= r[0] <= until and r[2] is None]

    def servers(self, since, until):
        """Server -> number of requests that began in the window and that it answered."""
        count = {}
        for begin, _, server, _ in list(self.results):
            if since <= begin <= until and server:
                count[server] = count.get(server, 0) + 1
        return count

    def outage(self, since, until):
        longest, last = 0.0, since
        for begin, end, server, _ in list(self.results):
            if server and since <= end <= until:
                longest, last = max(longest, begin - last), end
        return max(longest, until - last)


class Download:
    """GET of a long file whose content is known, over one connection."""

    def __init__(self, network, path, content, patience=5):
        """PATIENCE: so many seconds without a byte and it has failed."""
        self.received, self.error, self.server, self.done = 0, None, None, False
        self._path, self._content, self._patience = path, content, patience
        network.host['client'].call(self._spawn)

    def _spawn(self):
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            with socket.create_connection((VIP, 80), 5) as s:
                s.settimeout(self._patience)
                s.sendall(f'GET {self._path} HTTP/1.0\r\nHost: www\r\n\r\n'.encode())
                head = b''
                while b'\r\n\r\n' not in head:
                    head += s.recv(1) or b'\r\n\r\n'
                self.server = next((line[10:] for line in head.decode('latin-1').split('\r\n')
                                    if line.startswith('X-Server: ')), None)
                while chunk := s.recv(65536):
                    if chunk != self._content[self.received:self.received + len(chunk)]:
                        self.error = f'content differs near byte {self.received}'
                        return
                    self.received += len(chunk)
            if self.received != len(self._content):
                self.error = f'ended after {self.received} of {len(self._content)} bytes'
        except OSError as e:
            self.error = f'after {self.received} bytes: {e}'
        finally:
            self.done = True

    def wait(self, seconds):
        self._thread.join(seconds)
        return self.done and self.error is None
