# SPDX-License-Identifier: Apache-2.0
"""What the lab knows of the wire: decoding of advertisements, gratuitous ARP and neighbour advertisements, and the
making of adverts.

Written from RFC 3768, RFC 9568, RFC 5227 and RFC 4861, independently of the daemon under test.
"""
import socket
import struct
from collections import namedtuple

ETH_ARP, ETH_IP, ETH_IP6 = 0x0806, 0x0800, 0x86dd
PROTO_AH, PROTO_ICMP6, PROTO_VRRP = 51, 58, 112
NEIGHBOUR_ADVERT = 136
AH_BYTES = 24
GROUP = '224.0.0.18'

Advert = namedtuple('Advert', 'time port src ttl vrid priority interval addresses checksum_ok version')
Garp = namedtuple('Garp', 'time port operation address mac')


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def decode(time, port, frame):
    """An Advert, a Garp (of an unsolicited neighbour advertisement, too), or None for every other frame."""
    kind, = struct.unpack_from('!H', frame, 12)
    if kind == ETH_ARP and len(frame) >= 42:
        operation, = struct.unpack_from('!H', frame, 20)
        mac, sender, target = frame[22:28], frame[28:32], frame[38:42]
        if sender == target:
            return Garp(time, port, operation, socket.inet_ntoa(sender), mac.hex(':'))
    elif kind == ETH_IP and len(frame) >= 34 and frame[23] in (PROTO_VRRP, PROTO_AH):
        ip = frame[14:]
        body = ip[(ip[0] & 15) * 4:struct.unpack_from('!H', ip, 2)[0]]
        if frame[23] == PROTO_AH:
            body = body[AH_BYTES:] if body[:1] == bytes([PROTO_VRRP]) else b''
        if len(body) >= 8 and body[0] in (0x21, 0x31):
            return _advert(time, port, socket.AF_INET, ip, body)
    elif kind == ETH_IP6 and len(frame) >= 54:
        ip = frame[14:]
        body = ip[40:40 + struct.unpack_from('!H', ip, 4)[0]]
        if ip[6] == PROTO_VRRP and len(body) >= 8 and body[0] == 0x31:
            return _advert(time, port, socket.AF_INET6, ip, body)
        if ip[6] == PROTO_ICMP6 and len(body) >= 32 and body[0] == NEIGHBOUR_ADVERT and not body[4] & 0x40:
            return _neighbour_advert(time, port, ip, body)
    return None


def _neighbour_advert(time, port, ip, body):
    """To be believed by a host: hop limit 255, to all nodes, Override, and a right checksum (RFC 4861 7.1.2)."""
    pseudo = ip[8:40] + struct.pack('!II', len(body), PROTO_ICMP6)
    good = (ip[7] == 255 and ip[24:40] == socket.inet_pton(socket.AF_INET6, 'ff02::1') and body[4] & 0x20
            and body[24:26] == b'\2\1' and checksum(pseudo + body) == 0)
    address = socket.inet_ntop(socket.AF_INET6, body[8:24])
    return Garp(time, port, 'router' if body[4] & 0x80 else 'host', address, body[26:32].hex(':')) if good else None


def _advert(time, port, family, ip, body):
    version, count = body[0] >> 4, body[3]
    size = 4 if family == socket.AF_INET else 16
    addresses = tuple(socket.inet_ntop(family, body[8 + size * i:8 + size * (i + 1)]) for i in range(count)
                      if len(body) >= 8 + size * (i + 1))
    interval = body[5] if version == 2 else (struct.unpack_from('!H', body, 4)[0] & 0xfff) / 100
    if family == socket.AF_INET:
        source, ttl, pseudo = ip[12:16], ip[8], ip[12:20] + struct.pack('!HH', PROTO_VRRP, len(body))
    else:
        source, ttl, pseudo = ip[8:24], ip[7], ip[8:40] + struct.pack('!II', len(body), PROTO_VRRP)
    good = (checksum(body) == 0 and family == socket.AF_INET) or (version == 3 and checksum(pseudo + body) == 0)
    return Advert(time, port, socket.inet_ntop(family, source), ttl, body[1], body[2], interval, addresses,
                  good and len(body) == message_bytes(version, count, size), version)


def message_bytes(version, count, address_bytes=4):
    return 8 + address_bytes * count + (8 if version == 2 else 0)


def advert(vrid, priority, addresses, interval=1, spoil=False):
    """The VRRP message of an advertisement, without IP header; SPOIL gives it a wrong checksum."""
    def build(sum_):
        return struct.pack('!BBBBBBH', 0x21, vrid, priority, len(addresses), 0, interval, sum_) + \
            b''.join(socket.inet_aton(a) for a in addresses) + bytes(8)
    good = checksum(build(0))
    return build(good ^ 0x5555 if spoil else good)


def advert_socket(address, ttl=255):
    """A raw socket that sends adverts from ADDRESS. To be made in the namespace it sends from."""
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, PROTO_VRRP)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
    s.bind((address, 0))
    return s


def raw_socket():
    """Sends whole IPv4 packets, from whatever address stands in them."""
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
