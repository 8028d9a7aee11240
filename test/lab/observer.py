# SPDX-License-Identifier: Apache-2.0
"""Who owned the address when: the judge of every case.

The observer believes no daemon. It listens on the switch (adverts and gratuitous ARP, with the kernel's time stamps
and the port they came in by) and to the kernel of every director (addresses that come and go).
"""
import ctypes
import socket
import struct
import threading
import time

import wire
from topology import VIP

SO_ATTACH_FILTER, SO_RCVBUFFORCE, SO_TIMESTAMPNS = 26, 33, 35
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23
ETH_P_ALL = 3
RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR = 0x10, 0x100
RTM_NEWADDR, RTM_DELADDR = 20, 21
IFA_ADDRESS, IFA_LOCAL = 1, 2


class _Insn(ctypes.Structure):
    _fields_ = [('code', ctypes.c_uint16), ('jt', ctypes.c_uint8), ('jf', ctypes.c_uint8), ('k', ctypes.c_uint32)]


def _only_arp_and_vrrp(sock):
    """Classic BPF: the traffic of the clients never reaches Python. Of IPv6 neighbour discovery stays as well."""
    program = (_Insn * 12)(
        _Insn(0x28, 0, 0, 12),                  # 0: ldh [12]
        _Insn(0x15, 9, 0, wire.ETH_ARP),        # 1: arp -> 11
        _Insn(0x15, 0, 3, wire.ETH_IP),         # 2: not ip -> 6
        _Insn(0x30, 0, 0, 23),                  # 3: ldb [23]
        _Insn(0x15, 6, 0, wire.PROTO_VRRP),     # 4: vrrp -> 11
        _Insn(0x15, 5, 4, wire.PROTO_AH),       # 5: ah -> 11, else -> 10
        _Insn(0x15, 0, 3, wire.ETH_IP6),        # 6: not ip6 -> 10
        _Insn(0x30, 0, 0, 20),                  # 7: ldb [20]
        _Insn(0x15, 2, 0, wire.PROTO_VRRP),     # 8: vrrp -> 11
        _Insn(0x15, 1, 0, wire.PROTO_ICMP6),    # 9: icmp6 -> 11
        _Insn(0x06, 0, 0, 0),                   # 10: drop
        _Insn(0x06, 0, 0, 65535))               # 11: accept
    header = struct.pack('@HxxxxxxP', len(program), ctypes.addressof(program))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, header)


def _capture_socket(device=None):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    _only_arp_and_vrrp(s)
    s.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    if device:
        s.bind((device, ETH_P_ALL))
    s.setblocking(False)
    return s


def _address_socket():
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)    # some cases change addresses by the thousand
    s.bind((0, RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR))
    s.setblocking(False)
    return s


def _stamp(ancillary):
    """The kernel's wall clock stamp as a point of the monotonic clock."""
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack('@qq', data[:16])
            return seconds + nanoseconds / 1e9 + time.monotonic() - time.time()
    return time.monotonic()


class Observer:
    """Of one link, whose ports on the switch are PORTS-NAME, and of the owners of one virtual address."""

    def __init__(self, loop, network, directors, vip=VIP, ports='p'):
        self.vip, self.ports = vip, ports
        self.frames = []                        # (time, port, bytes) as captured on the switch
        self.adverts = []
        self.garps = []                         # seen on the switch
        self.client_garps = []                  # seen by the client
        self.owned = {name: [] for name in directors}   # name -> [[since, until or None], ...]
        self._added = {name: [] for name in directors}  # name -> times at which any address came
        self._lock = threading.RLock()
        switch = network.lan.call(_capture_socket)
        loop.add(switch, lambda: self._on_frames(switch, self._on_switch))
        if 'client' in network.host:
            client = network.host['client'].call(_capture_socket, 'eth0')
            loop.add(client, lambda: self._on_frames(client, self._on_client))
        for name in directors:
            self._watch(loop, name, network.host[name].call(_address_socket))

    def _watch(self, loop, name, sock):
        loop.add(sock, lambda: self._on_addresses(name, sock))

    def _on_frames(self, sock, handle):
        try:
            while True:
                frame, ancillary, _, address = sock.recvmsg(2048, 256)
                handle(_stamp(ancillary), address[0], frame)
        except BlockingIOError:
            pass

    def _on_switch(self, stamp, device, frame):
        if not device.startswith(self.ports + '-'):         # the bridge itself sees each frame a second time
            return
        seen = wire.decode(stamp, device[2:], frame)
        with self._lock:
            self.frames.append((stamp, device[2:], frame))
            if isinstance(seen, wire.Advert):
                self.adverts.append(seen)
            elif isinstance(seen, wire.Garp):
                self.garps.append(seen)

    def _on_client(self, stamp, device, frame):
        seen = wire.decode(stamp, device, frame)
        if isinstance(seen, wire.Garp):
            with self._lock:
                self.client_garps.append(seen)

    def _on_addresses(self, name, sock):
        now = time.monotonic()
        try:
            data = sock.recv(65536)
        except BlockingIOError:
            return
        while len(data) >= 16:
            length, kind = struct.unpack_from('@IH', data)
            if kind in (RTM_NEWADDR, RTM_DELADDR):
                self._on_address(name, now, kind, data[16 + 8:length])
            if kind == RTM_NEWADDR:
                self._added[name].append(now)
            data = data[(length + 3) & ~3:]

    def _on_address(self, name, now, kind, attributes):
        # An IPv6 address without a peer has IFA_ADDRESS alone.
        family, where = (socket.AF_INET6, IFA_ADDRESS) if ':' in self.vip else (socket.AF_INET, IFA_LOCAL)
        vip = socket.inet_pton(family, self.vip)
        while len(attributes) >= 4:
            length, what = struct.unpack_from('@HH', attributes)
            if what == where and attributes[4:length] == vip:
                with self._lock:
                    spans = self.owned[name]
                    holding = bool(spans) and spans[-1][1] is None
                    if kind == RTM_NEWADDR and not holding:
                        spans.append([now, None])
                    elif kind == RTM_DELADDR and holding:
                        spans[-1][1] = now
            attributes = attributes[(length + 3) & ~3:]

    # -- questions ------------------------------------------------------------------------------------------------

    def owners(self, at=None):
        """The directors that have the VIP now, or had it at a given time."""
        at = time.monotonic() if at is None else at
        with self._lock:
            return [name for name, spans in self.owned.items()
                    if any(since <= at and (until is None or until > at) for since, until in spans)]

    def acquired(self, name, after):
        """When NAME got the VIP, first time after a moment; None if it did not."""
        with self._lock:
            return next((since for since, _ in self.owned[name] if since >= after), None)

    def added_since(self, name, since):
        """When addresses of any kind came, in order."""
        return [t for t in self._added[name] if t >= since]

    def lost(self, name, after):
        with self._lock:
            return next((until for _, until in self.owned[name] if until is not None and until >= after), None)

    def _edges(self, since, until):
        with self._lock:
            times = {t for spans in self.owned.values() for span in spans for t in span if t and since < t < until}
        return [since, *sorted(times), until]

    def owner_spans(self, count, since, until):
        """[(from, to)] within the window during which exactly COUNT directors had the VIP."""
        spans = []
        edges = self._edges(since, until)
        for begin, end in zip(edges, edges[1:]):
            if len(self.owners((begin + end) / 2)) == count:
                if spans and spans[-1][1] == begin:
                    spans[-1] = (spans[-1][0], end)
                else:
                    spans.append((begin, end))
        return spans

    def longest(self, count, since, until):
        return max((end - begin for begin, end in self.owner_spans(count, since, until)), default=0.0)

    def adverts_of(self, port, since=0.0, until=float('inf'), priority=None):
        with self._lock:
            return [a for a in self.adverts if a.port == port and since <= a.time <= until
                    and (priority is None or a.priority == priority)]

    def garps_of(self, port, since=0.0, until=float('inf'), address=None):
        address = address or self.vip
        with self._lock:
            return [g for g in self.garps if g.port == port and g.address == address and since <= g.time <= until]

    def longest_gap(self, port, since, until):
        """The longest silence of a director that should be speaking, over the window and the advert before it."""
        times = [a.time for a in self.adverts_of(port) if a.priority > 0 and a.time <= until]
        before = [t for t in times if t < since][-1:] or [since]
        times = before + [t for t in times if t >= since] + [until]
        return max(b - a for a, b in zip(times, times[1:]))

    # -- evidence -------------------------------------------------------------------------------------------------

    def write_pcap(self, path):
        offset = time.time() - time.monotonic()
        with self._lock, open(path, 'wb') as f:
            f.write(struct.pack('<IHHiIII', 0xa1b23c4d, 2, 4, 0, 0, 65535, 1))      # nanosecond pcap, Ethernet
            for stamp, _, frame in self.frames:
                seconds, rest = divmod(stamp + offset, 1)
                f.write(struct.pack('<IIII', int(seconds), int(rest * 1e9), len(frame), len(frame)) + frame)

    def timeline(self, start):
        """One line per event, for a case that failed."""
        with self._lock:
            events = [(a.time, f'{a.port}: advert vrid {a.vrid} priority {a.priority}') for a in self.adverts]
            events += [(g.time, f'{g.port}: announces {g.address}') for g in self.garps]
            events += [(t, f'{name}: {what} {self.vip}') for name, spans in self.owned.items()
                       for span in spans for t, what in zip(span, ('has', 'has no more')) if t]
        return [f'{stamp - start:9.3f} {text}' for stamp, text in sorted(events)]
