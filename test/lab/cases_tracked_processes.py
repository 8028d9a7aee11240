# SPDX-License-Identifier: Apache-2.0
"""Tracked processes: how many must run, how many may, and for how long before that counts.

In the namespaces of the lab the kernel tells nothing about processes, so that they are looked at every second; the news
of the kernel are tested in test_watcher_process.
"""
import subprocess

import config
from cases_tracking import on_a, reload_with
from lab import A, E, PRIORITY, case, down, skew

LOOKED_AT = 1 + E
NAME = 'lab-service'


class Service:
    """Processes that have a name of their own."""

    def __init__(self, lab):
        self.lab = lab
        self.running = []

    def start(self, *arguments):
        self.running.append(subprocess.Popen([NAME, '1000', *arguments], executable='/bin/sleep'))

    def stop(self):
        process = self.running.pop(0)
        process.kill()
        process.wait()

    def restart(self):
        self.start()
        self.stop()


def tracked(*rows, weight=''):
    """Director A tracks it."""
    def change(text):
        if 'priority 150' not in text:
            return on_a()(text)
        block = '\n'.join(['vrrp_track_process service {', f'process {NAME}', 'full_command', *rows, '}'])
        return block + '\n' + on_a('track_process {', f'service {weight}', '}')(text)
    return change


@case('vrrp')
def tracked_process_that_ends_is_a_fault_which_names_it(lab):
    service = Service(lab)
    service.start()
    a, _ = lab.running_vrrp_pair(tracked())
    begin = lab.now
    service.stop()
    lab.until(lambda: lab.observer.owners() == ['b'], 5, 'B alone owns the VIP')
    lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, LOOKED_AT + skew(PRIORITY['b']) + E)
    instance = a.instance()
    lab.equal('state and reason', [instance['state'], instance['reason']],
              ['fault', 'tracked process service does not run as it must'])
    lab.check('process service: up -> down (0 of them)' in a.log(), 'A says why')
    begin = lab.now
    service.start()
    lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
    lab.at_most('given back', lab.observer.acquired('a', begin) - begin, LOOKED_AT + down(PRIORITY['a']) + E)


@case('vrrp', seconds=90)
def tracked_process_that_is_restarted_quickly_moves_nothing(lab):
    service = Service(lab)
    service.start()
    a, _ = lab.running_vrrp_pair(tracked('terminate_delay 2', 'fork_delay 2', weight='weight -100'))
    begin = lab.now
    for _ in range(100):        # always another number
        service.restart()
    for _ in range(3):          # and not there for a moment that is seen
        service.stop()
        lab.sleep(0.8)
        service.start()
        lab.sleep(1.2)
    lab.equal('priorities', sorted({x.priority for x in lab.observer.adverts_of('a', begin)}), [150])
    for role in ('watcher', 'vrrp'):
        pid = a.kill_child(role)
        lab.until(lambda: a.child(role) not in (None, pid), 5, f'another {role}')
        lab.sleep(1.5)
    lab.equal('priorities while children died', sorted({x.priority for x in lab.observer.adverts_of('a', begin)}), [150])
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
    gone = lab.now
    service.stop()
    lab.until(lambda: a.instance()['priority'] == 50, 6, 'the priority is 50')
    lab.at_least('counts after', lab.now - gone, 2)
    lab.at_most('counts after', lab.now - gone, 2 + LOOKED_AT + E)


@case('vrrp')
def tracked_processes_are_as_many_as_the_quorum_wants(lab):
    service = Service(lab)
    a, _ = lab.running_vrrp_pair(tracked('quorum 2', 'quorum_max 3', weight='weight 10'))
    for count, priority in ((1, 150), (2, 160), (3, 160), (4, 150)):
        service.start()
        lab.until(lambda: len(service.running) == count and a.instance()['priority'] == priority, LOOKED_AT + E,
                  f'{count} processes: the priority is {priority}')
        lab.figure(f'priority with {count}', priority)
    with open(a.conf) as f:
        text = f.read()
    reload_with(lab, a, config.edit(text, 'quorum_max 3', 'quorum_max 0'))
    lab.equal('priority where none may run', a.instance()['priority'], 150)
    while service.running:
        service.stop()
    lab.until(lambda: a.instance()['priority'] == 160, LOOKED_AT + E, 'none runs: the priority is 160')
    reload_with(lab, a, config.edit(text, 'full_command', 'full_command\nparam_match partial').replace(
        f'process {NAME}', f'process {NAME} 1000 7'))
    for last, priority in ((('7',), 150), (('8',), 150), (('71',), 160), (('7', '1'), 160), (('77',), 150)):
        service.start(*last)
        lab.until(lambda: a.instance()['priority'] == priority, LOOKED_AT + E, f'{last}: the priority is {priority}')
        lab.sleep(LOOKED_AT)
        lab.equal(f'priority with one more, {" ".join(last)}', a.instance()['priority'], priority)
    while service.running:
        service.stop()
