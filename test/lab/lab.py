# SPDX-License-Identifier: Apache-2.0
"""What a case is, and what it is given to work with.

A case is a function with @case whose name states the rule; it gets a Lab, builds what it needs, asks the observer and
the client, and says its figures with at_most() and friends. The first claim that does not hold ends it.
"""
import time

import client
import config
from daemon import Director
from loop import Loop
from observer import Observer
from topology import DIRECTORS, Network, SERVERS, VIP, VRID

A = 1.0                                         # the interval of the pair
E = 0.25                                        # allowance for scheduling


class Timing:
    """RFC 3768 section 6.1 and RFC 9568 section 6.1: what follows from version and interval."""

    def __init__(self, version, interval):
        self.version, self.interval = version, interval

    def skew(self, priority):
        return (256 - priority) / 256 * (self.interval if self.version == 3 else 1)

    def down(self, priority):
        return 3 * self.interval + self.skew(priority)


V2 = Timing(2, A)
skew, down = V2.skew, V2.down


PRIORITY = {'a': 150, 'b': 100}
TOO_LATE = 0.100                                # a ticker this late: the run says nothing

CASES = []


class Case:
    def __init__(self, function, group, seconds, daemons, makes_late):
        self.function, self.group, self.seconds, self.daemons = function, group, seconds, daemons
        self.makes_late = makes_late
        self.name = function.__name__


def case(group, seconds=60, daemons=('keepd',), makes_late=False):
    """Register a case. GROUP: vrrp (any kernel), ipvs (needs ip_vs) or machine (touches what all namespaces share, such as
    the clock: in a virtual machine only); SECONDS: when it counts as hung;
    DAEMONS: those for which the rule holds; MAKES_LATE: it is the case itself that holds up the ticker."""
    def register(function):
        CASES.append(Case(function, group, seconds, daemons, makes_late))
        return function
    return register


BOTH = ('keepd', 'keepalived')


class Lab:
    def __init__(self, kind, bindir, logdir):
        self.kind, self.bindir, self.logdir = kind, bindir, logdir
        self.begin = time.monotonic()
        self.loop = Loop()
        self.figures = []
        self.network = self.observer = self.pinger = None
        self.directors = {}

    # -- building -------------------------------------------------------------------------------------------------

    def build(self, servers=(), directors=DIRECTORS, kinds=None, vip=VIP):
        """The network, with observer and client; the daemons are configured and started by the case.
        KINDS: what runs on a director when it is not the daemon under test, {'b': 'keepalived'}.
        VIP: the address the observer looks at; if it is one of IPv6, all hosts have IPv6."""
        self.network = Network(['client', *directors, *servers], ':' in vip)
        self.observer = Observer(self.loop, self.network, directors, vip)
        for name in directors:
            client.echo(self.loop, self.network, name)
            self.directors[name] = Director(self.network, name, (kinds or {}).get(name, self.kind), self.bindir,
                                            self.logdir)
        self.pinger = client.Pinger(self.loop, self.network)
        return [self.directors[name] for name in directors]

    def vrrp_pair(self, change=lambda text: text, kinds=None):
        """Both directors with VRRP alone; CHANGE edits their configuration. Not started."""
        pair = self.build(kinds=kinds)
        for director in pair:
            director.configure(change(config.vrrp_only(config.load(director.name))))
        return pair

    def running_vrrp_pair(self, change=lambda text: text, kinds=None):
        """Started, and settled with A as owner."""
        a, b = self.vrrp_pair(change, kinds)
        a.start()
        b.start()
        self.wait_owner('a', down(PRIORITY['a']) + 5)
        self.sleep(1.2 * A)
        self.check(self.observer.owners() == ['a'], 'director A alone owns the VIP before the fault')
        return a, b

    # -- waiting --------------------------------------------------------------------------------------------------

    @property
    def now(self):
        return time.monotonic()

    def sleep(self, seconds):
        time.sleep(seconds)

    def until(self, question, seconds, what):
        """Wait until a question is answered by something true, and return that."""
        deadline = time.monotonic() + seconds
        while True:
            answer = question()
            if answer:
                return answer
            assert time.monotonic() < deadline, f'not within {seconds:.2f} s: {what}'
            time.sleep(0.01)

    def wait_owner(self, name, seconds):
        self.until(lambda: self.observer.owners() == [name], seconds, f'{name} alone owns {self.observer.vip}')

    def just_after_advert(self, name):
        """Wait for the next advert of a director, so that a fault hits at the worst moment. Returns its time."""
        seen = len(self.observer.adverts_of(name))
        self.until(lambda: len(self.observer.adverts_of(name)) > seen, 3 * A, f'an advert of {name}')
        return self.observer.adverts_of(name)[-1].time

    # -- claims ---------------------------------------------------------------------------------------------------

    def check(self, holds, claim):
        assert holds, 'does not hold: ' + claim

    def figure(self, what, value, bound=''):
        self.figures.append(f'{what} {value}' + (f' ({bound})' if bound else ''))

    def at_most(self, what, value, bound, unit='s'):
        assert value is not None, f'{what}: it never happened (at most {bound:.3f} {unit})'
        self.figure(what, f'{value:.3f} {unit}', f'at most {bound:.3f}')
        assert value <= bound, f'{what} {value:.3f} {unit}, more than {bound:.3f}'

    def at_least(self, what, value, bound, unit='s'):
        assert value is not None, f'{what}: it never happened'
        self.figure(what, f'{value:.3f} {unit}', f'at least {bound:.3f}')
        assert value >= bound, f'{what} {value:.3f} {unit}, less than {bound:.3f}'

    def equal(self, what, value, expected):
        self.figure(what, value)
        assert value == expected, f'{what}: {value}, expected {expected}'

    def never_two_owners(self, since, until=None, allowed=0.0):
        self.at_most('two owners', self.observer.longest(2, since, until or self.now), allowed)

    def still_owner(self, name, since, until=None):
        """NAME had the VIP all the time, nobody else did."""
        until = until or self.now
        self.check(self.observer.owners(since) == [name], f'{name} alone owns the VIP at the begin')
        self.equal('changes of the owner', sum(
            1 for spans in self.observer.owned.values() for span in spans for t in span if t and since < t <= until), 0)

    def advert_gap(self, name, since, until=None):
        self.at_most('advert gap', self.observer.longest_gap(name, since, until or self.now), 1.5 * A)


__all__ = ['A', 'BOTH', 'E', 'PRIORITY', 'SERVERS', 'V2', 'VIP', 'VRID', 'Lab', 'Timing', 'case', 'down', 'skew']
