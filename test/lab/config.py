# SPDX-License-Identifier: Apache-2.0
"""Variants of the configuration files of the pair: small edits of the text an operator would have made.

Every edit must find what it changes, so that a case cannot quietly run with the plain file.
"""
import os
import re

from topology import VIP6, VIP6_LINK

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'conf')


def load(director):
    with open(os.path.join(FOLDER, f'director-{director}.conf')) as f:
        return f.read()


def edit(text, pattern, replacement, count=0):
    text, found = re.subn(pattern, replacement, text, count=count, flags=re.M)
    if not found:
        raise ValueError(f'nothing matches {pattern!r} in the configuration')
    return text


def _blocks(text, keyword):
    """(begin, end) of every block that begins a line with KEYWORD, at any depth."""
    for match in re.finditer(rf'^[ \t]*{keyword}\b[^{{\n]*{{', text, re.M):
        depth, at = 1, match.end()
        while depth:
            depth += {'{': 1, '}': -1}.get(text[at], 0)
            at += 1
        yield match.start(), at + (text[at:at + 1] == '\n')


def without(text, keyword):
    """Remove all blocks of that keyword (a prefix such as 'real_server 192.168.0.110' will do)."""
    spans = list(_blocks(text, keyword))
    if not spans:
        raise ValueError(f'no block {keyword!r} in the configuration')
    for begin, end in reversed(spans):
        text = text[:begin] + text[end:]
    return text


def block(text, keyword):
    begin, end = next(_blocks(text, keyword))
    return text[begin:end]


def vrrp_only(text):
    return without(text, 'virtual_server')


def servers_only(text):
    return without(text, 'vrrp_instance')


def preempting(text):
    return edit(text, r'^ *nopreempt\n', '')


def version_3(text, interval):
    return edit(text, r'^( *)advert_int .*\n', rf'\1advert_int {interval}\n\1version 3\n')


def addresses(text, *lines):
    """Other lines in virtual_ipaddress."""
    inner = ''.join(f'        {line}\n' for line in lines)
    return edit(text, r'(virtual_ipaddress \{\n)[^}]*?( *\})', rf'\g<1>{inner}\g<2>')


def ipv6(text, interval=1):
    """The virtual router over IPv6."""
    return addresses(version_3(text, interval), VIP6_LINK, VIP6)


def message_sums(text):
    """Checksums of version 3 without pseudo-header."""
    return edit(text, r'^( *)version 3\n', r'\g<0>\1v3_checksum_as_v2\n')


def password(text, word):
    return edit(text, r'^( *)advert_int .*\n',
                rf'\g<0>\1authentication {{\n\1    auth_type PASS\n\1    auth_pass {word}\n\1}}\n')


def signed(text, word):
    """Authentication headers (auth_type AH)."""
    return edit(password(text, word), 'auth_type PASS', 'auth_type AH')


def preempt_delay(text, seconds):
    return edit(preempting(text), r'^( *)advert_int .*\n', rf'\g<0>\1preempt_delay {seconds}\n')


def in_instance(text, *lines):
    """Lines more in every vrrp_instance."""
    return edit(text, r'^( *)advert_int .*\n', r'\g<0>' + ''.join(rf'\1{line}\n' for line in lines))


def in_global_defs(text, *lines):
    return edit(text, r'^global_defs {\n', r'\g<0>' + ''.join(f'    {line}\n' for line in lines))


def vmac(text, *words):
    """The addresses on an interface with the virtual MAC."""
    text = edit(text, r'^( *192\.168\.0\.200/32) dev eth0', r'\1')
    return in_instance(text, ' '.join(('use_vmac', *words)))


def delay_loop(text, seconds):
    return edit(text, r'delay_loop \d+', f'delay_loop {seconds}')


def with_server(text, address, like='192.168.0.110'):
    """Add a real server that is the copy of another one."""
    model = block(text, f'real_server {re.escape(like)}')
    begin, end = next(_blocks(text, f'real_server {re.escape(like)}'))
    return text[:end] + '\n' + model.replace(like, address) + text[end:]


def weight(text, address, value):
    begin, end = next(_blocks(text, f'real_server {re.escape(address)}'))
    return text[:begin] + edit(text[begin:end], r'weight \d+', f'weight {value}') + text[end:]
