# SPDX-License-Identifier: Apache-2.0
"""Mail about what happens: a server takes it; one that does not delays nobody, and it is said that mail is lost."""
import asyncore
import json
import signal
import socket
import threading
import warnings

import config
from cases_notify import IDLE, Reader, with_globals, with_lines
from cases_operator import follow
from cases_scripts import good, quick, servers, with_scripts
from lab import A, E, PRIORITY, VIP, case, down
from notebook import Notebook
from servers import WebServer
from topology import HOSTS

with warnings.catch_warnings():
    warnings.simplefilter('ignore')
    import smtpd                                # of python: a server that was written for others

PORT = 2525


class Post(smtpd.SMTPServer):
    """Takes mails in the namespace of the client."""

    def __init__(self, lab):
        self.mails, self._map = [], {}
        lab.network.host['client'].call(super().__init__, (HOSTS['client'], PORT), None, map=self._map)
        threading.Thread(target=asyncore.loop, kwargs={'timeout': 0.1, 'map': self._map}, daemon=True).start()

    def process_message(self, peer, sender, recipients, data, **_):
        head, _, body = data.decode().replace('\r\n', '\n').partition('\n\n')
        fields = dict(line.split(': ', 1) for line in head.replace('\n\t', ' ').splitlines())
        self.mails.append({'sender': sender, 'recipients': recipients, 'head': fields, 'body': body})

    def subjects(self):
        return [mail['head']['Subject'] for mail in self.mails]


class Mute:
    """Lets everybody connect and says nothing; or hangs up with WORDS."""

    def __init__(self, lab, words=None):
        self.socket = lab.network.host['client'].call(socket.socket)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((HOSTS['client'], PORT))
        self.socket.listen(64)
        self.words, self.callers = words, []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            caller, _ = self.socket.accept()
            self.callers.append(caller)
            if self.words:
                caller.sendall(self.words)


def mailing(*lines, extra=()):
    with open(config.FOLDER + '/director-a.conf') as f:
        text = config.vrrp_only(f.read())
    return with_globals(with_lines(text, *lines), 'notification_email {', '"Ops <ops@example.org>"',
                        'on-call@example.org', '}', f'smtp_server {HOSTS["client"]} {PORT}',
                        'smtp_connect_timeout 2', *extra) + IDLE


@case('vrrp', seconds=60)
def mail_tells_what_keepalived_tells(lab):
    two = lab.build(kinds={'b': 'keepalived'})
    post = Post(lab)
    a, b = two
    text = mailing('smtp_alert', extra=['notification_email_from ha@example.org'])
    a.configure(text)
    b.configure(text.replace('router_id director-a', 'router_id director-b').replace(VIP, '192.168.0.201')
                .replace('virtual_router_id 51', 'virtual_router_id 52').replace('_id 99', '_id 98')
                .replace('"Ops <ops@example.org>"', 'ops@example.org'))       # keepalived 2.2.7 knows no names there
    for director in two:
        director.start()
    lab.sleep(down(PRIORITY['a']) + A)
    for director in two:
        director.ns.ip('link set eth0 down', 'link set eth0 up')    # the mail of the fault comes with the link
    lab.sleep(down(PRIORITY['a']) + 2 * A)
    for director in two:
        director.signal(signal.SIGTERM)
        lab.equal(f'exit status of {director.kind}', director.wait(10), 0)
    ours = [s.replace('[director-a] ', '') for s in post.subjects() if s.startswith('[director-a]')]
    theirs = [s.replace('[director-b] ', '') for s in post.subjects() if s.startswith('[director-b]')]
    lab.figure('keepd', ours)
    lab.figure('keepalived', theirs)
    lab.check(set(ours) >= {'VRRP Instance VI_1 - Entering BACKUP state', 'VRRP Instance VI_1 - Entering MASTER state',
                            'VRRP Instance VI_1 - Entering FAULT state', 'VRRP Instance VI_1 - Stopping'}, 'all of it')
    lab.check(set(theirs) <= set(ours), 'the subjects of keepalived')
    mail = next(m for m in post.mails if 'director-a' in m['head']['Subject'])
    lab.equal('envelope', [mail['sender'], mail['recipients']],
              ['ha@example.org', ['ops@example.org', 'on-call@example.org']])
    lab.equal('To', mail['head']['To'], 'Ops <ops@example.org>, on-call@example.org')
    lab.figure('text', mail['body'].strip())


@case('vrrp', seconds=60)
def many_changes_at_once_are_one_mail(lab):
    a, _ = lab.build()
    post = Post(lab)
    instance = config.block(config.load('a'), 'vrrp_instance')
    a.configure(mailing('smtp_alert') + ''.join(
        instance.replace('VI_1', f'X_{n}').replace('virtual_router_id 51', f'virtual_router_id {100 + n}')
        .replace(VIP, f'192.168.0.{210 + n}').replace('nopreempt', 'smtp_alert') for n in range(30)))
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    lab.until(lambda: sum(m['body'].count('active') for m in post.mails) >= 31, 10, 'all 31 are told')
    lab.figure('mails', len(post.mails))
    lab.check(len(post.mails) <= 20, f'fewer than changes: {post.subjects()}')
    lab.check(any(s.endswith(' changes') for s in post.subjects()), 'one is about many')


def undisturbed(lab, a, begin):
    lab.still_owner('a', begin)
    lab.advert_gap('a', begin)


def lost(events):
    with open(events) as f:
        return [event for event in map(json.loads, f) if event['kind'] == 'mail']


@case('vrrp', seconds=120)
def a_silent_mail_server_delays_nobody_and_the_loss_is_told(lab):
    a, _ = lab.build()
    mute = Mute(lab)
    a.configure(mailing('smtp_alert'))
    a.start()
    events = follow(a, '--json')
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    begin = lab.now
    lab.until(lambda: mute.callers, 3, 'somebody calls')
    mailer = a.need_child('mailer')
    with open(f'/proc/{mailer}/status') as f:
        status = dict(line.split(':', 1) for line in f.read().splitlines())
    lab.equal('uid and capabilities of the mailer', [status['Uid'].split()[1], status['CapEff'].strip()],
              ['64101', '0' * 16])
    lab.sleep(5.0)
    undisturbed(lab, a, begin)
    lab.until(lambda: lost(events), 90, 'the loss is told')
    lab.figure('event', lost(events)[0]['reason'])
    undisturbed(lab, a, begin)
    begin = lab.now
    a.signal(signal.SIGTERM)
    lab.until(lambda: lab.observer.owners() == [], 3, 'withdrawn')
    lab.at_most('withdrawn after', lab.observer.lost('a', begin) - begin, E)
    lab.equal('exit status', a.wait(10), 0)
    lab.at_most('stopped after', lab.now - begin, 3.5)


@case('vrrp', seconds=60)
def a_refusing_mail_server_is_tried_again_and_the_loss_is_told(lab):
    a, _ = lab.build()
    refusing = Mute(lab, b'554 no\r\n')
    a.configure(mailing('smtp_alert'))
    a.start()
    events = follow(a, '--json')
    lab.until(lambda: lost(events), 40, 'the loss is told')
    lab.equal('reason', lost(events)[0]['reason'], 'the server answered 554 to connecting')
    lab.equal('tried', len(refusing.callers), 3)


# -- servers -----------------------------------------------------------------------------------------------------------


@case('vrrp', seconds=60)
def servers_and_quorums_are_told_to_pipes_and_by_mail(lab):
    notes = Notebook()
    a, = lab.build(servers=('rs1', 'rs2'), directors=('a',))
    post = Post(lab)
    web = [WebServer(lab.network, name).start() for name in ('rs1', 'rs2')]
    text = with_globals(with_scripts(quick(config.load('a')), notes), 'notification_email {', 'ops@example.org', '}',
                        f'smtp_server {HOSTS["client"]} {PORT}', 'lvs_notify_fifo /run/lvs', 'notify_fifo /run/all',
                        'vrrp_notify_fifo /run/vrrp')
    a.configure(text)
    a.start()
    lab.until(lambda: all(good(server) for server in servers(a)), 10, 'both servers answered')
    readers = [Reader(f'/run/{name}').open() for name in ('lvs', 'all', 'vrrp')]
    web[0].stop()
    lab.until(lambda: len(post.mails) == 1, 10, 'a mail')
    web[1].stop()
    lab.until(lambda: len(post.mails) == 2, 10, 'a mail')
    web[0].start()
    lab.until(lambda: len(post.mails) == 3, 10, 'a mail')
    first, second, service = '[192.168.0.110]:tcp:80', '[192.168.0.120]:tcp:80', '[192.168.0.200]:tcp:80'
    lines = [reader.lines() for reader in readers]
    lab.equal('lines', lines[0], ['\0' * (n > 0) + line for n, line in enumerate([
        f'VS {service} UP', f'RS {first} {service} DOWN', f'RS {second} {service} DOWN', f'VS {service} DOWN',
        f'RS {first} {service} UP', f'VS {service} UP'])] + ['\0'])
    lab.check(lines[1] == lines[0] and lines[2] == [], f'the other pipes: {lines[1:]}')
    lab.equal('mails', post.subjects(), [
        f'[director-a] Realserver {name} of virtual server {service} - {word}'
        for name, word in ((first, 'DOWN'), (second, 'DOWN'), (first, 'UP'))])
    lab.figure('text', post.mails[0]['body'].strip())
