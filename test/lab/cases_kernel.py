# SPDX-License-Identifier: Apache-2.0
"""The kernel's IPVS table seen from close: that it takes what we write, and that there may be none."""
import os

from lab import case, down, PRIORITY
from netns import Netns
import config


@case('ipvs', seconds=60)
def the_kernel_takes_what_is_written_and_shows_it_again(lab):
    ns = Netns('table')
    ns.ip('link set lo up')
    done = ns.run([os.path.join(os.path.dirname(lab.bindir), 'test/lab/ipvs_real')])
    lines = done.stdout.splitlines()
    for line in lines:
        if line.startswith('not ok') or ' ms' in line:
            lab.figure('ipvs_real', line)
    lab.figure('rules that hold', sum(line.startswith('ok') for line in lines))
    lab.equal('exit status', done.returncode, 0)


@case('vrrp', seconds=90)
def without_ipvs_in_the_kernel_vrrp_goes_on(lab):
    if os.path.exists('/proc/net/ip_vs'):
        lab.figure('this kernel has IPVS', 'nothing to see')
        return
    a, _ = lab.build()
    a.configure(config.load('a'))
    a.start()
    lab.wait_owner('a', down(PRIORITY['a']) + 5)
    begin = lab.now
    lab.sleep(10)
    errors = [line for line in a.log().splitlines() if 'IPVS' in line]
    lab.equal('lines about it', len(errors), 1)
    lab.check('ip_vs' in errors[0], f'and it says what to do: {errors[0]}')
    lab.figure('line', errors[0].split(' ', 1)[1])
    lab.still_owner('a', begin)
    lab.check('no IPVS' in a.keepctl('status').stdout, 'keepctl status says it too')
    lab.equal('restarts of the checker', sum('checker' in line and 'again' in line and 'parent' in line
                                             for line in a.log().splitlines()), 0)
