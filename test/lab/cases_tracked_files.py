# SPDX-License-Identifier: Apache-2.0
"""Tracked files: the number in one moves the owner, whatever is done to the file, and whoever dies."""
import os

import config
from cases_tracking import on_a, reload_with
from lab import A, E, PRIORITY, case, down, skew

FOLDER = '/run/numbers'
FILE = FOLDER + '/load'
LOOKED_AT = 2 + E             # what the kernel does not tell
HALF_WRITTEN = LOOKED_AT + 2  # so long it may be that somebody is about to write


def write(text, mode=0o600):
    """As `echo` does it: truncated, then written."""
    with open(FILE, 'w') as f:
        f.write(text)
    os.chmod(FILE, mode)


def replace(text):
    with open(FILE + '.new', 'w') as f:
        f.write(text)
    os.rename(FILE + '.new', FILE)


def tracked(more='', weight=''):
    """Director A tracks it."""
    def change(text):
        if 'priority 150' not in text:
            return on_a()(text)
        return (f'track_file load {{\n file {FILE}\n {more}\n}}\n'
                + on_a('track_file {', f'load {weight}', '}')(text))
    return change


def until_priority(lab, director, priority, what):
    begin = lab.now
    lab.until(lambda: director.instance()['priority'] == priority, 5, f'{what}: the priority is {priority}')
    return lab.now - begin


@case('vrrp')
def number_in_a_tracked_file_moves_the_owner_and_back(lab):
    os.mkdir(FOLDER)
    write('0\n')
    a, _ = lab.running_vrrp_pair(tracked())
    for way, fall, rise in (('written', write, write), ('replaced', replace, replace)):
        begin = lab.now
        fall('-100\n')
        lab.at_most(f'{way}: seen after', until_priority(lab, a, 50, way), E)
        lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
        lab.at_most('takeover', lab.observer.acquired('b', begin) - begin, A + down(PRIORITY['b']) + E)
        lab.never_two_owners(begin, allowed=E)
        begin = lab.now
        rise('0\n')
        lab.until(lambda: lab.observer.owners() == ['a'], 8, 'A alone owns the VIP')
        lab.at_most('given back', lab.observer.acquired('a', begin) - begin, down(PRIORITY['a']) + E)
        lab.sleep(A)
    begin = lab.now
    write('-254\n')
    lab.until(lambda: lab.observer.owners() == ['b'], 8, 'B alone owns the VIP')
    lab.at_most('takeover at -254', lab.observer.acquired('b', begin) - begin, skew(PRIORITY['b']) + E)
    instance = a.instance()
    lab.equal('state and reason', [instance['state'], instance['reason']],
              ['fault', 'tracked file load has the value -254'])


@case('vrrp', seconds=90)
def tracked_file_that_is_mistreated_counts_as_it_should_and_is_watched_on(lab):
    os.mkdir(FOLDER)
    write('10\n')
    a, _ = lab.running_vrrp_pair(tracked())
    begin = lab.now
    for _ in range(500):    # each time it is empty for a moment
        write('10\n')
    lab.sleep(2 * A)
    lab.equal('priorities while 10 is written 500 times',
              sorted({x.priority for x in lab.observer.adverts_of('a', begin)}), [160])

    def fifo():
        os.unlink(FILE)
        os.mkfifo(FILE)

    def folder():
        os.rename(FOLDER, FOLDER + '.old')
        os.mkdir(FOLDER)
        write('30\n')

    def link():
        with open('/run/elsewhere', 'w') as f:
            f.write('25\n')
        os.unlink(FILE)
        os.symlink('/run/elsewhere', FILE)

    def behind_the_link():
        with open('/run/elsewhere', 'w') as f:
            f.write('26\n')

    for what, change, priority, within in (
            ('huge', lambda: write('99999999999999999999999999\n'), 254, E),
            ('garbage', lambda: write('up and running\n'), 150, E),
            ('again', lambda: write('20\n'), 170, E),
            ('deleted', lambda: os.unlink(FILE), 150, E),
            ('again', lambda: write('20\n'), 170, E),
            ('truncated', lambda: os.truncate(FILE, 0), 150, HALF_WRITTEN),
            ('again', lambda: write('20\n'), 170, E),
            ('a pipe', fifo, 150, LOOKED_AT),
            ('again', lambda: replace('20\n'), 170, E),
            ('another folder', folder, 180, LOOKED_AT),
            ('a link', link, 175, LOOKED_AT),
            ('behind the link', behind_the_link, 176, LOOKED_AT)):
        change()
        lab.at_most(f'{what}: {priority} after', until_priority(lab, a, priority, what), within)
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)


@case('vrrp', seconds=90)
def init_file_is_written_at_the_start_only_and_who_dies_moves_nothing(lab):
    os.mkdir(FOLDER)
    write('99\n')
    a, _ = lab.running_vrrp_pair(tracked('init_file 7 overwrite', 'weight 2'))
    with open(FILE) as f:
        lab.equal('in the file', f.read(), '7\n')
    lab.equal('priority', a.instance()['priority'], 164)
    begin = lab.now
    write('9\n')
    until_priority(lab, a, 168, 'written')
    for role in ('watcher', 'vrrp', 'watcher'):
        pid = a.kill_child(role)
        lab.until(lambda: a.child(role) not in (None, pid), 5, f'another {role}')
        lab.sleep(1.5)
        lab.equal(f'priority after {role} died', a.instance()['priority'], 168)
    write('10\n')
    until_priority(lab, a, 170, 'written')
    with open(a.conf) as f:
        text = f.read()
    reload_with(lab, a, config.edit(text, 'load weight 2', 'load weight 3'))
    lab.equal('priority after a reload', a.instance()['priority'], 180)
    with open(FILE) as f:
        lab.equal('in the file', f.read(), '10\n')
    lab.equal('priorities', sorted({x.priority for x in lab.observer.adverts_of('a', begin)} - {164, 168, 170, 180}), [])
    reload_with(lab, a, config.without(config.without(text, 'track_file load'), 'track_file'))
    lab.until(lambda: not a.child('watcher'), 3, 'no watcher where nothing is watched')
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)
