# SPDX-License-Identifier: Apache-2.0
"""Groups of their own, strict_mode, receive buffers, and lists that are not compared."""
import ctypes
import os
import signal
import socket

import config
from cases_unicast import destinations, unicast
from lab import E, PRIORITY, VIP, Timing, case
from topology import HOSTS

TENTH = Timing(3, 0.1)


def with_global(text, *lines):
    return config.edit(text, r'^global_defs \{\n', r'\g<0>' + ''.join(f'    {line}\n' for line in lines))


def in_instance(text, *lines):
    return config.edit(text, r'^( *)advert_int .*\n', r'\g<0>' + ''.join(f'    {line}\n' for line in lines))


@case('vrrp')
def groups_of_their_own_with_keepalived(lab):
    """vrrp_mcast_group4 on both nodes; a reload of A to mcast_dst_ip of the same group changes nothing."""
    def change(text):
        return with_global(config.version_3(text, 0.1), 'vrrp_mcast_group4 224.0.0.77')
    a, b = lab.vrrp_pair(change, {'b': 'keepalived'})
    a.start()
    b.start()
    lab.wait_owner('a', 5)
    lab.sleep(1)
    lab.equal('owners', lab.observer.owners(), ['a'])
    lab.equal('adverts went to', destinations(lab), {'224.0.0.77'})
    begin = lab.now
    a.configure(in_instance(config.version_3(config.vrrp_only(config.load('a')), 0.1), 'mcast_dst_ip 224.0.0.77'))
    lab.check(a.reload().returncode == 0, 'A reloads')
    lab.sleep(1)
    lab.still_owner('a', begin)
    a.configure(config.version_3(config.vrrp_only(config.load('a')), 0.1))
    lab.check(a.reload().returncode == 0, 'A goes back to the group of the protocol')
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], 3, 'the two do not hear one another any more')
    lab.equal('adverts of A went to', '224.0.0.18' in destinations(lab, lab.now - 0.5), True)


@case('vrrp')
def strict_mode_pair_with_keepalived_elects_and_accepts_nothing(lab):
    """No preempt_delay, no answer to a lower priority, and the owner's address is for forwarding only."""
    a, b = lab.vrrp_pair(lambda text: with_global(config.version_3(text, 0.1), 'vrrp_strict'), {'b': 'keepalived'})
    a.start()
    b.start()
    lab.wait_owner('a', 5)
    lab.sleep(1)
    begin = lab.now
    lab.sleep(1)
    lab.still_owner('a', begin)
    lab.equal('the VIP answers', lab.pinger.answers(begin, lab.now), set())
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), 3, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, TENTH.down(PRIORITY['b']) + E)


@case('vrrp')
def strict_mode_has_no_unicast_where_there_is_multicast(lab):
    a, = lab.build(directors=('a',))
    text = config.version_3(config.vrrp_only(config.load('a')), 0.1)
    a.configure(text)
    a.start()
    lab.wait_owner('a', 5)
    begin = lab.now
    a.configure(with_global(unicast(text, 'a', peers=[HOSTS['b']]), 'vrrp_strict'))
    done = a.reload()
    lab.check(done.returncode != 0 and 'strict_mode' in done.stdout, f'A refuses: {done.stdout}')
    lab.sleep(0.5)
    lab.still_owner('a', begin)


@case('vrrp')
def receive_buffer_is_as_large_as_configured(lab):
    a, = lab.build(directors=('a',))
    text = config.version_3(config.vrrp_only(config.load('a')), 0.1)
    sizes = {}
    for name, change in (('default', text), ('instance', in_instance(text, 'kernel_rx_buf_size 300000')),
                         ('bytes', with_global(text, 'vrrp_rx_bufs_policy 200000')),
                         ('mtu', with_global(text, 'vrrp_rx_bufs_policy MTU', 'vrrp_rx_bufs_multiplier 20'))):
        a.configure(change)
        a.start()
        lab.wait_owner('a', 5)
        sizes[name] = receive_buffer(a.need_child('vrrp'))
        a.signal(signal.SIGTERM)
        lab.equal('exit status', a.wait(5), 0)
    lab.equal('buffers, twice what was asked for', sizes,
              {'default': 2 << 20, 'instance': 600000, 'bytes': 400000, 'mtu': 60000})


def receive_buffer(pid):
    """Of the socket that is bound to the group: a copy of each descriptor of the process is asked."""
    PIDFD_GETFD = 438
    libc = ctypes.CDLL(None)
    process = os.pidfd_open(pid)
    for number in os.listdir(f'/proc/{pid}/fd'):
        fd = libc.syscall(PIDFD_GETFD, process, int(number), 0)
        try:
            with socket.socket(fileno=fd) as s:
                if s.type == socket.SOCK_RAW and s.family == socket.AF_INET and s.getsockname()[0] == '224.0.0.18':
                    return s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        except OSError:
            os.close(fd)
    return None


@case('vrrp')
def other_addresses_of_the_same_sender_are_told_unless_that_is_not_wanted(lab):
    def other(text):
        return config.addresses(text, VIP, '192.168.0.201')
    a, b = lab.build()
    texts = {d.name: config.version_3(config.vrrp_only(config.load(d.name)), 0.1) for d in (a, b)}
    a.configure(texts['a'])
    b.configure(other(texts['b']))
    a.start()
    b.start()
    lab.wait_owner('a', 5)
    lab.until(lambda: b.instance()['errors']['address_list'] > 5, 3, 'B counts each advert')
    b.configure(in_instance(other(texts['b']), 'skip_check_adv_addr'))
    lab.check(b.reload().returncode == 0, 'B reloads')
    before = b.instance()['errors']['address_list']
    lab.sleep(1)
    lab.equal('counted since', b.instance()['errors']['address_list'] - before, 0)
