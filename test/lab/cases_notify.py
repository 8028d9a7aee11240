# SPDX-License-Identifier: Apache-2.0
"""What keepd tells the outside, as keepalived tells it: A is keepd, B keepalived, both alone with the same file.

Each has a virtual router of its own, and what is done to one is done to the other.
"""
import re
import signal

import config
import wire
from lab import A, E, PRIORITY, VIP, VRID, case, down
from notebook import Notebook
from topology import HOSTS

OTHER_VIP = '192.168.0.201'
OTHER_VRID = VRID + 1
IDLE = """vrrp_instance IDLE {
    interface eth0
    virtual_router_id 99
    priority 10
    advert_int 1
    virtual_ipaddress {
        192.168.0.199/32 dev eth0
    }
}
"""


def with_lines(text, *lines):
    """In the instance."""
    return config.edit(text, r'^ *priority', '\n'.join(lines) + r'\n\g<0>', count=1)


def with_globals(text, *lines):
    return config.edit(text, r'^ *router_id', '\n'.join(lines) + r'\n\g<0>', count=1)


def alone(text):
    """The file of A for B, so that the two have nothing to do with one another."""
    text = text.replace('virtual_router_id 99', 'virtual_router_id 98').replace('.199', '.198')     # IDLE
    return text.replace(f'virtual_router_id {VRID}\n', f'virtual_router_id {OTHER_VRID}\n').replace(VIP, OTHER_VIP)


class Two:
    """A and B with the same file but for VRID and address."""

    def __init__(self, lab, text, of_b=lambda text: text):
        self.lab, self.of_b = lab, of_b
        self.a, self.b = lab.build(kinds={'b': 'keepalived'})
        self.configure(text)

    def each(self):
        return self.a, self.b

    def configure(self, text):
        self.a.configure(text)
        self.b.configure(self.of_b(alone(text)))

    def start(self):
        for director in self.each():
            director.start()
        self.lab.sleep(down(PRIORITY['a']) + A)

    def flap(self):
        for command in ('down', 'up'):
            for director in self.each():
                director.ns.ip(f'link set eth0 {command}')
            self.lab.sleep(1.5)
        self.lab.sleep(down(PRIORITY['a']) + A)

    def reload(self, text):
        self.configure(text)
        for director in self.each():
            director.reload()
        self.lab.sleep(1.0)

    def stop(self):
        for director in self.each():
            director.signal(signal.SIGTERM)
            self.lab.equal(f'exit status of {director.kind}', director.wait(10), 0)


def base(*lines):
    """The file of A, with lines in the instance and with an idle instance, so that one is left."""
    with open(config.FOLDER + '/director-a.conf') as f:
        return with_lines(config.vrrp_only(f.read()), *lines) + IDLE


def lower_adverts(lab, vrid, vip, count):
    sock = lab.network.host['client'].call(wire.advert_socket, HOSTS['client'], 255)
    for _ in range(count):
        sock.sendto(wire.advert(vrid, 7, [vip]), (wire.GROUP, 0))
        lab.sleep(0.3)
    sock.close()


# -- scripts -----------------------------------------------------------------------------------------------------------

EVENTS = ('master', 'backup', 'fault', 'stop', 'deleted', 'master_rx_lower_pri')


def scripted(notes, events):
    return [f'notify_{event} "{notes.script} {event}"' for event in events] + [f'notify {notes.script}']


@case('vrrp', seconds=90)
def notify_scripts_are_called_as_keepalived_calls_them(lab):
    ours, theirs = Notebook('ours'), Notebook('theirs')
    two = Two(lab, base(*scripted(ours, EVENTS)), lambda text: text.replace(ours.script, theirs.script))
    two.start()
    two.flap()
    lower_adverts(lab, VRID, VIP, 2)
    lower_adverts(lab, OTHER_VRID, OTHER_VIP, 2)
    two.reload(IDLE)
    two.stop()
    calls = [[' '.join(run['args']) for run in notes.runs()] for notes in (ours, theirs)]
    lab.figure('keepd', ', '.join(calls[0]))
    # keepalived starts both scripts of a state at once, so they may note themselves in either order
    lab.check(sorted(calls[0]) == sorted(calls[1]), f'keepalived: {calls[1]}')
    lab.check('deleted' in calls[0] and 'INSTANCE VI_1 DELETED 150' in calls[0], 'told as deleted')
    lab.equal('told of a lower priority', calls[0].count('master_rx_lower_pri'), 2)
    runs = [run for run in ours.runs() if run['args'][0] != 'master_rx_lower_pri']
    lab.check(all(x['end'] <= y['begin'] for x, y in zip(runs, runs[1:])), 'one after the other')


@case('vrrp', seconds=60)
def a_removed_instance_is_in_fault_as_with_keepalived(lab):
    ours, theirs = Notebook('ours'), Notebook('theirs')
    two = Two(lab, base(*scripted(ours, ('fault', 'stop'))), lambda text: text.replace(ours.script, theirs.script))
    two.start()
    two.reload(IDLE)
    two.stop()
    calls = [[' '.join(run['args']) for run in notes.runs()] for notes in (ours, theirs)]
    lab.figure('keepd', ', '.join(calls[0]))
    # keepalived 2.2.7 runs notify alone then; with us a script of a state is never left out
    lab.check([call for call in calls[0] if call != 'fault'] == calls[1], f'keepalived: {calls[1]}')
    lab.equal('told at the removal', calls[0][-2:], ['fault', 'INSTANCE VI_1 FAULT 150'])


@case('vrrp', seconds=60)
def a_hung_script_of_lower_priorities_delays_no_script_of_a_state(lab):
    notes, hung = Notebook(), Notebook('hung', seconds=1000)
    a, _ = lab.build()
    a.configure(base(f'notify {notes.script}', f'notify_master_rx_lower_pri {hung.script}'))
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lower_adverts(lab, VRID, VIP, 10)
    begin = lab.now
    lab.equal('hung scripts at work', len(hung.runs()), 1)
    a.ns.ip('link set eth0 down')
    lab.until(lambda: notes.ended()[-1]['args'][2] == 'FAULT', 3, 'fault told')
    lab.at_most('fault told after', notes.ended()[-1]['end'] - begin, 1 + E)
    lab.check(re.search(r'overtaken by a later', a.log()), 'those that wait give way to the last one')
