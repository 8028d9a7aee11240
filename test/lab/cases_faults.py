# SPDX-License-Identifier: Apache-2.0
"""Faults of the machine and its operator: stopped parents, ends in the middle, files that hang, wild scripts."""
import os
import signal
import sys
import time

import config
from cases_network import addresses, cpu_seconds
from lab import A, E, PRIORITY, VIP, case, down, skew

D = down(PRIORITY['b'])


# -- processes ---------------------------------------------------------------------------------------------------------


@case('vrrp')
def stopped_parent_moves_nobody_and_goes_on_where_it_was(lab):
    a, b = lab.running_vrrp_pair()
    begin = lab.now
    a.signal(signal.SIGSTOP)
    a.signal(signal.SIGHUP)                     # waits
    lab.sleep(10)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    children = {a.need_child('vrrp')}
    generation = a.log().count('generation')
    a.signal(signal.SIGCONT)
    lab.until(lambda: a.log().count('generation') > generation, 5, 'the reload that waited is done')
    lab.equal('children are the same', {a.need_child('vrrp')}, children)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)


@case('vrrp')
def stopped_in_the_middle_of_a_takeover_nothing_is_left(lab):
    many = ''.join(f'\n        10.{i // 200}.{i % 200 + 1}.1/32' for i in range(2000))
    a, b = lab.vrrp_pair(lambda text: config.edit(text, rf'^( *){VIP}/32 dev eth0',
                                                  rf'\g<0>\n    }}\n    virtual_ipaddress_excluded {{{many}'))
    a.start()
    b.start()
    lab.until(lambda: len(addresses(a)) == 2002, D + 8, 'A has all addresses')
    lab.sleep(A)
    a.kill_everything()
    lab.until(lambda: lab.observer.acquired('b', 0) is not None, D + 5, 'B begins to take over')
    begin = lab.now
    b.signal(signal.SIGTERM)
    lab.figure('addresses when it was stopped', len(addresses(b)) - 1)
    lab.equal('exit status', b.wait(10), 0)
    lab.figure('stopped after', f'{lab.now - begin:.2f} s')
    lab.equal('addresses left', len(addresses(b)) - 1, 0)


# -- interfaces --------------------------------------------------------------------------------------------------------


@case('vrrp')
def another_interface_with_the_old_name_is_not_followed(lab):
    a, b = lab.running_vrrp_pair()
    begin = lab.now
    a.ns.ip('link set eth0 down', 'link set eth0 name lan0', 'link set lan0 up',
            'link add eth0 type veth peer name other', 'link set eth0 up', 'link set other up', 'addr add 198.51.100.1/24 dev eth0')
    lab.sleep(D + 1)
    lab.check(f'{VIP}/32' not in addresses(a, 'eth0'), 'the newcomer has no virtual address')
    lab.check('eth0' in a.log() and 'lan0' in a.log(), 'the log names both')
    lab.until(lambda: len(lab.observer.owners()) == 1, 5, 'one owner')
    lab.figure('owner', lab.observer.owners()[0])
    lab.never_two_owners(begin)


@case('vrrp')
def link_that_flaps_ends_with_one_owner_and_bounded_notes(lab):
    a, b = lab.running_vrrp_pair()
    before = a.instance()['transitions']
    used = cpu_seconds(a.need_child('vrrp'))
    begin = lab.now
    for _ in range(20):
        lab.network.unplug('a')
        lab.sleep(0.1)
        lab.network.plug('a')
        lab.sleep(0.1)
    lab.sleep(2 * D)
    lab.equal('owners at the end', len(lab.observer.owners()), 1)
    lab.at_most('role changes of A', a.instance()['transitions'] - before, 2 * 20 + 2, 'changes')
    lab.at_most('processor time', cpu_seconds(a.need_child('vrrp')) - used, 1.0)
    lab.never_two_owners(begin, allowed=A + E)
    steady = lab.now
    lab.sleep(2 * D)
    lab.still_owner(lab.observer.owners()[0], steady)


# -- files -------------------------------------------------------------------------------------------------------------


@case('vrrp', seconds=90)
def configuration_that_hangs_or_vanishes_delays_nothing(lab):
    a, _ = lab.running_vrrp_pair()
    with open(a.conf) as f:
        good = f.read()
    begin = lab.now
    os.unlink(a.conf)
    os.mkfifo(a.conf)                           # as a file on a server that does not answer
    done = a.keepctl('reload', timeout=60)
    lab.check(done.returncode != 0, f'the reload fails: {done.stdout}')
    lab.figure('given up after', f'{lab.now - begin:.1f} s')
    os.unlink(a.conf)
    done = a.keepctl('reload')
    lab.check(done.returncode != 0 and a.conf in done.stdout, f'a file that is not there is named: {done.stdout}')
    a.configure(good)
    done = a.reload()
    lab.check(done.returncode == 0, f'the file is back: {done.stdout}')
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)


# -- scripts -----------------------------------------------------------------------------------------------------------

WILD = '''#!/bin/bash
# Fifty children, half of them in sessions of their own, and ten megabytes of noise.
for i in $(seq 25); do sleep 40 & setsid sleep 40 & done
head -c 10000000 /dev/zero
wait
'''


@case('vrrp', seconds=90)
def script_that_forks_and_floods_harms_nobody(lab):
    folder = '/run/wild'
    os.mkdir(folder, 0o755)
    with open(folder + '/script', 'w') as f:
        f.write(WILD)
    os.chmod(folder + '/script', 0o755)
    a, b = lab.running_vrrp_pair(lambda text: (
        f'vrrp_script wild {{\n script {folder}/script\n interval 2\n timeout 1\n fall 1\n rise 1\n weight -10\n}}\n'
        + config.edit(text, r'^( *)advert_int .*\n', r'\g<0>\1track_script {\n\1    wild\n\1}\n')))
    begin = lab.now
    lab.sleep(12)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    sleepers = int(a.ns.run(['pgrep', '-c', '-x', 'sleep']).stdout)
    lab.figure('processes that left their group and are alive', sleepers)
    defunct = a.ns.run(['sh', '-c', 'ps -e -o stat= | grep -c ^Z']).stdout.strip()
    lab.equal('zombies', defunct, '0')
    a.signal(signal.SIGTERM)
    lab.equal('exit status', a.wait(10), 0)


# -- three routers -----------------------------------------------------------------------------------------------------


def third(text):
    return config.edit(config.edit(text, r'priority 100', 'priority 50'), 'director-b', 'director-c')


@case('vrrp')
def of_three_the_second_takes_over_and_the_third_stays_out(lab):
    a, b, c = lab.build(directors=('a', 'b', 'c'))
    for director in (a, b):
        director.configure(config.vrrp_only(config.load(director.name)))
    c.configure(third(config.vrrp_only(config.load('b'))))
    for director in (a, b, c):
        director.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.sleep(1.2 * A)
    last = lab.just_after_advert('a')
    lab.network.unplug('a')
    a.kill_everything()
    lab.until(lambda: 'b' in lab.observer.owners(), D + 5, 'B owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', last) - last, D + E)
    lab.sleep(2 * D)
    lab.equal('the third took over', lab.observer.acquired('c', 0), None)
    lab.equal('adverts of the third', len(lab.observer.adverts_of('c')), 0)
    last = lab.just_after_advert('b')
    b.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.acquired('c', last), D + 5, 'C owns the VIP')
    lab.at_most('handed over to the third', lab.observer.acquired('c', last) - last, A + skew(50) + E)


# -- the machine itself: in a virtual one only -------------------------------------------------------------------------


@case('machine', seconds=90)
def steps_of_the_wall_clock_move_nobody(lab):
    lab.running_vrrp_pair()
    begin = lab.now
    for step in (3600, -2 * 3600, 10 * 365 * 86400, -10 * 365 * 86400 + 3600):
        lab.just_after_advert('a')
        lab.sleep(0.3)                          # no frame is on its way while the stamps of the kernel jump
        time.clock_settime(time.CLOCK_REALTIME, time.time() + step)
        lab.sleep(3 * A)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    lab.equal('adverts of B', len(lab.observer.adverts_of('b', begin)), 0)
    lab.figure('steps', '+1 h, -2 h, +10 years and back')


HOG = '''
import sys
with open('/proc/self/oom_score_adj', 'w') as f:
    f.write('1000')
held = []
while True:
    held.append(bytearray(16 << 20))
'''


@case('machine', seconds=120, makes_late=True)
def memory_that_runs_out_delays_no_advert(lab):
    a, b = lab.running_vrrp_pair()
    processes = set(a.processes()) | set(b.processes())
    begin = lab.now
    hog = a.ns.popen([sys.executable, '-c', HOG])
    lab.equal('the hog ends by signal', hog.wait(60), -signal.SIGKILL)
    lab.equal('processes that are not there any more', processes - set(a.processes()) - set(b.processes()), set())
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
