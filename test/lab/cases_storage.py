# SPDX-License-Identifier: Apache-2.0
"""What is written somewhere cannot be written, or nobody takes it: full disks, a log that blocks, requests in a storm."""
import os
import signal
import socket

import config
import sandbox
from devlog import Syslog
from lab import A, E, PRIORITY, VIP, case, down


def fill(folder):
    """Until there is no room for a byte."""
    with open(folder + '/filler', 'wb', buffering=0) as f:
        try:
            while True:
                f.write(b'x' * 4096)
        except OSError:
            pass


def priority(text, value):
    return config.edit(text, r'priority \d+', f'priority {value}')


@case('vrrp')
def full_run_directory_and_full_log_stop_nothing_and_leave_no_half_file(lab):
    a, b = lab.vrrp_pair()
    with open(a.conf) as f:
        text = f.read()
    sandbox.mount('tmpfs', a.run_dir, 'tmpfs', 0, 'size=256k,mode=750')
    plain = a.argv
    a.argv = lambda: ['sh', '-c', 'exec "$0" "$@" 2>/dev/full', *plain()]
    a.start()
    b.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    fill(a.run_dir)
    begin = lab.now
    size = os.path.getsize(a.run_dir + '/vrrp.state')
    a.configure(priority(text, 177))
    lab.equal('keepctl reload', a.reload().returncode, 0)
    lab.until(lambda: lab.observer.adverts_of('a', begin, priority=177), 2 * A, 'the new priority on the wire')
    a.signal(signal.SIGUSR1)
    a.signal(signal.SIGRTMIN + 2)
    lab.sleep(1.0)
    left = sorted(name for name in os.listdir(a.run_dir))
    lab.equal('files', left, ['control', 'filler', 'keepd.pid', 'vrrp.state'])
    lab.check(os.path.getsize(a.run_dir + '/vrrp.state') == size, 'the state file is the one before, whole')
    a.kill_child('vrrp')
    lab.sleep(2 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    os.unlink(a.run_dir + '/filler')
    a.signal(signal.SIGUSR1)
    lab.until(lambda: os.path.exists(a.run_dir + '/keepalived.data'), 3, 'with room the file is written')
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(10), 0)
    lab.check(VIP not in a.ns.run(['ip', 'addr']).stdout, 'withdrawn')


@case('vrrp')
def a_log_that_takes_nothing_delays_nothing_and_says_what_is_missing(lab):
    syslog = Syslog(lab.loop)
    syslog.pause()
    filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    filler.setblocking(False)
    filler.connect('/dev/log')
    sent = 0
    while True:                                 # full before the start, as the log of a machine that hangs
        try:
            filler.send(b'x')
            sent += 1
        except BlockingIOError:
            break
    a, b = lab.vrrp_pair()
    begin = lab.now
    for director in (a, b):
        director.start(extra=('--log', 'syslog', '--log-level', 'debug'))
    lab.at_most('both started', lab.now - begin, 5.0)
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    begin = lab.now
    for _ in range(4):
        lab.sleep(A)
        a.reload()
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.figure('datagrams that were before us', sent)
    syslog.resume()
    a.ns.ip('link set eth0 down', 'link set eth0 up')
    lab.until(lambda: 'lines lost' in syslog.text(), 5, 'how many lines are missing')
    lab.figure('told', next(line for _, line in syslog.lines if 'lines lost' in line))


@case('vrrp')
def a_storm_of_reloads_ends_with_the_last_file_and_moves_nobody(lab):
    a, b = lab.running_vrrp_pair()
    with open(a.conf) as f:
        text = f.read()
    vrrp, parent = a.need_child('vrrp'), a.process.pid
    descriptors = {pid: len(os.listdir(f'/proc/{pid}/fd')) for pid in (vrrp, parent)}
    begin = lab.now
    generation = a.status()['generation']
    for n in range(100):
        a.configure(priority(text, 101 + n))
        a.signal(signal.SIGHUP)
        lab.sleep(0.01)
    lab.until(lambda: a.instance()['priority'] == 200, 10, 'the last file is the one that runs')
    lab.at_most('until it ran', lab.now - begin, 8.0)
    lab.figure('reloads', a.status()['generation'] - generation)
    lab.sleep(2 * A)
    lab.equal('priority in the end', a.instance()['priority'], 200)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('the vrrp child is the same', a.need_child('vrrp'), vrrp)
    lab.equal('descriptors', {pid: len(os.listdir(f'/proc/{pid}/fd')) for pid in (vrrp, parent)}, descriptors)
    begin = lab.now
    a.signal(signal.SIGHUP)
    a.signal(signal.SIGTERM)
    lab.equal('exit status after both signals', a.wait(10), 0)
    lab.until(lambda: lab.observer.owners() == ['b'], 3, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, (256 - PRIORITY['b']) / 256 + E)
