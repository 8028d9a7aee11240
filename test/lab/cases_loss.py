# SPDX-License-Identifier: Apache-2.0
"""Adverts that are lost, doubled, late or out of order; a machine that is busy or stands still."""
import heapq
import os
import random
import signal
import socket
import subprocess
import threading
import time

import config
import wire
from cases_network import isolate
from cases_policy import priority
from lab import A, E, PRIORITY, case, down
from observer import ETH_P_ALL
from topology import DIRECTORS

D = down(PRIORITY['b'])


def nft(ns, *lines):
    done = ns.run(['nft', '; '.join(lines)])
    assert done.returncode == 0, f'nft: {done.stdout}'


def lose(lab, sender, receiver, percent=100):
    """So many percent of the adverts from one port of the switch to another are lost; 0 = none any more."""
    chance = '' if percent == 100 else f'numgen random mod 100 < {percent} '
    lines = ['add table bridge loss', 'delete table bridge loss']
    if percent:
        lines += ['add table bridge loss', 'add chain bridge loss f { type filter hook forward priority 0; }',
                  f'add rule bridge loss f iifname p-{sender} oifname p-{receiver} ip protocol 112 {chance}drop']
    nft(lab.network.lan, *lines)


# -- one way -----------------------------------------------------------------------------------------------------------


@case('vrrp')
def deaf_backup_takes_over_and_the_higher_one_keeps_the_clients(lab):
    """Row 24: nothing of A reaches B. Two are active, which no protocol can avoid; A announces on, at a bounded rate."""
    lab.running_vrrp_pair(config.preempting)
    lab.just_after_advert('a')
    begin = lab.now
    lose(lab, 'a', 'b')
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], D + 5, 'both own the VIP')
    lab.sleep(8)
    both = lab.now
    lab.equal('clients reach after all', sorted(lab.pinger.answers(both - 0.5, both)), ['a'])
    lab.at_most('announcements of A', len(lab.observer.garps_of('a', begin)) / (both - begin), 50, 'per s')
    lab.at_most('adverts of A', len(lab.observer.adverts_of('a', begin)) / (both - begin), 5, 'per s')
    healed = lab.now
    lose(lab, 'a', 'b', 0)
    lab.until(lambda: lab.observer.owners() == ['a'], 5, 'A alone owns the VIP')
    lab.at_most('two owners after it healed', lab.observer.lost('b', healed) - healed, A + E)
    settled = lab.now
    lab.sleep(2 * A)
    lab.still_owner('a', settled)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'a'}, 'A answers the client')


@case('vrrp')
def mute_backup_changes_nothing(lab):
    """Row 25: nothing of B reaches A."""
    lab.running_vrrp_pair(config.preempting)
    begin = lab.now
    lose(lab, 'b', 'a')
    lab.sleep(3 * A)
    lose(lab, 'b', 'a', 0)
    lab.sleep(A)
    lab.still_owner('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)


def random_loss(lab, percent, seconds):
    """Row 26, at a tenth of a second, so that there are many adverts to be lost."""
    lab.running_vrrp_pair(lambda text: config.version_3(config.preempting(text), 0.1))
    begin = lab.now
    lose(lab, 'a', 'b', percent)
    lab.sleep(seconds)
    lose(lab, 'a', 'b', 0)
    healed = lab.now
    lab.until(lambda: lab.observer.owners() == ['a'], 5, 'A alone owns the VIP')
    lab.sleep(1)
    lab.still_owner('a', lab.now - 0.5)
    lab.figure(f'takeovers of B in {seconds} s', sum(1 for since, _ in lab.observer.owned['b'] if since >= begin))
    lab.figure('two owners', f'{sum(e - b for b, e in lab.observer.owner_spans(2, begin, healed)):.3f} s')
    lab.equal('losses of A', sum(1 for _, until in lab.observer.owned['a'] if until and until >= begin), 0)
    lab.at_most('two owners after it ended', lab.observer.longest(2, healed, lab.now), 0.1 + E)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {'a'}, 'A answers the client')


@case('vrrp')
def five_percent_of_adverts_lost_moves_nobody_for_long(lab):
    random_loss(lab, 5, 10)


@case('vrrp')
def a_third_of_adverts_lost_ends_with_the_higher_one(lab):
    random_loss(lab, 30, 10)


@case('vrrp')
def half_of_adverts_lost_ends_with_the_higher_one(lab):
    random_loss(lab, 50, 10)


@case('vrrp')
def four_fifths_of_adverts_lost_ends_with_the_higher_one(lab):
    random_loss(lab, 80, 10)


# -- doubled, late, out of order ---------------------------------------------------------------------------------------


def is_advert(frame):
    return len(frame) >= 34 and frame[12:14] == b'\x08\0' and frame[23] == wire.PROTO_VRRP


class Delayer(threading.Thread):
    """Takes the adverts of A off the switch and gives each to B once or twice, up to so much later."""

    def __init__(self, lab, seconds):
        super().__init__(daemon=True)
        self.seconds, self.held, self.count, self.is_over = seconds, [], 0, False
        self.inward, self.outward = (lab.network.lan.call(self._socket, f'p-{name}') for name in DIRECTORS)
        self.inward.settimeout(0.01)

    @staticmethod
    def _socket(device):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.bind((device, ETH_P_ALL))          # of one protocol alone, the bridge would have them first
        return sock

    def run(self):
        while not self.is_over or self.held:
            try:
                frame, origin = self.inward.recvfrom(2000)
                if is_advert(frame) and origin[2] != socket.PACKET_OUTGOING and not self.is_over:
                    for _ in range(random.choice((1, 1, 2))):
                        self.count += 1
                        heapq.heappush(self.held, (time.monotonic() + random.uniform(0, self.seconds), self.count, frame))
            except TimeoutError:
                pass
            while self.held and self.held[0][0] <= time.monotonic():
                self.outward.send(heapq.heappop(self.held)[2])


@case('vrrp')
def late_doubled_and_reordered_adverts_move_nobody(lab):
    """Row 28: up to half a second late, five intervals, out of order; no takeover until three are missing."""
    lab.running_vrrp_pair(lambda text: config.version_3(config.preempting(text), 0.25))
    begin = lab.now
    lose(lab, 'a', 'b')
    delayer = Delayer(lab, 0.5)
    delayer.start()
    lab.sleep(8)
    lose(lab, 'a', 'b', 0)
    delayer.is_over = True
    delayer.join(5)
    lab.sleep(1)
    lab.at_least('adverts delivered late', delayer.count, 30, '')
    lab.still_owner('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)


# -- nopreempt ---------------------------------------------------------------------------------------------------------


@case('vrrp')
def with_nopreempt_a_healed_partition_leaves_one_by_priority_and_no_third_change(lab):
    """Row 76: nopreempt keeps a backup from taking over; of two active ones the higher stays."""
    lab.running_vrrp_pair()
    isolate(lab, True)
    lab.until(lambda: lab.observer.owners() == ['a', 'b'], D + 5, 'both own the VIP')
    lab.sleep(A)
    healed = lab.now
    isolate(lab, False)
    lab.until(lambda: len(lab.observer.owners()) == 1, 5, 'one owner')
    lab.at_most('two owners after it healed', lab.observer.lost('b', healed) - healed, A + E)
    settled = lab.now
    lab.sleep(2 * D)
    lab.still_owner('a', settled)


# -- the machine -------------------------------------------------------------------------------------------------------


@case('vrrp')
def machine_that_stood_still_leaves_one_owner(lab):
    """Row 31: all processes of A stand still, as with its virtual machine; then they go on as if nothing had been."""
    a, _ = lab.running_vrrp_pair()
    lab.just_after_advert('a')
    begin = lab.now
    pids = sorted(a.processes())
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, D + E)
    lab.sleep(6)
    on = lab.now
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    lab.until(lambda: len(lab.observer.owners()) == 1, 5, 'one owner')
    # A has the higher priority: it asserts, and B gives way.
    lost = [t for t in (lab.observer.lost(name, on) for name in DIRECTORS) if t]
    lab.at_most('two owners after it goes on', lost[0] - on, A + E)
    lab.sleep(A)
    owner, = lab.observer.owners()
    lab.figure('owner', owner)
    lab.check(lab.pinger.answers(lab.now - 0.5, lab.now) == {owner}, 'the owner answers the client')


@case('vrrp')
def busy_processor_delays_no_advert(lab):
    """Row 87: on the only processor of the vrrp process somebody of the highest nice value computes."""
    a, _ = lab.running_vrrp_pair()
    cpu = {min(os.sched_getaffinity(0))}
    pid = a.need_child('vrrp')
    os.sched_setaffinity(pid, cpu)
    begin = lab.now
    hog = subprocess.Popen(['nice', '-n', '-20', 'timeout', '6', 'sh', '-c', 'while :; do :; done'],
                           preexec_fn=lambda: os.sched_setaffinity(0, cpu))
    lab.sleep(5)
    hog.terminate()
    hog.wait(5)
    lab.figure('scheduler', {os.SCHED_RR: 'real time', os.SCHED_OTHER: 'usual'}.get(os.sched_getscheduler(pid) & 7))
    lab.still_owner('a', begin)
    lab.at_most('advert gap', lab.observer.longest_gap('a', begin, lab.now), A + 0.1)
