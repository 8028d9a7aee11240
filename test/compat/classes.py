# SPDX-License-Identifier: Apache-2.0
"""The known differences between keepalived and keepd, each with a section of its name in doc/compatibility.md.

A difference is explained finding by finding: where keepd alone rejects a file, each of its errors must be of a class of
STRICTER; where keepalived alone does, each of its complaints must be of a class of LAXER. What is of none is a bug, or
something to think about and write down.
"""
import re


class Class:
    """NAME is the heading in the manual. PATTERN: what must be found in the text of the finding (keepd's for STRICTER,
    keepalived's for LAXER); AND: something else that must be true of the file."""

    def __init__(self, name, pattern='', also=None):
        self.name, self.pattern, self.also = name, re.compile(pattern), also

    def explains(self, verdict, finding):
        return bool(self.pattern.search(finding['text'])) and (self.also is None or self.also(verdict, finding))


# Keywords that Debian's 2.2.7 does not know: added up to 2.4, or left out of Debian's build.
NEWER = set('''set_supplementary_groups use_symlink_paths vrrp_owner_ignore_adverts owner_ignore_adverts v3_checksum_as_v2
    vrrp_delay_after_boot vrrp_ipsets snmp_vs_stats_update_interval snmp_rs_stats_update_interval dbus_no_interface_name
    state_dump_file stats_dump_file json_dump_file json_version iproute_usr_dir iproute_etc_dir multihop auth_hmac
    no_virtual_ipaddress timer_expired_backup thread_timer_expired sni_name tls_compliant'''.split())


def has_newer_keyword(verdict, _finding):
    """Whatever follows an unknown keyword is in the wrong place for keepalived."""
    return any(word in NEWER for c in verdict.complaints for word in re.findall(r"Unknown keyword '([^']*)'", c['text']))


def outermost_block(text, number):
    """The line on which the outermost block begins that a line stands in."""
    depth = start = 0
    for n, line in enumerate(text.split('\n'), 1):
        line = re.sub(r'"[^"]*"|[#!].*', '', line)
        if depth <= 0:
            start, depth = n, 0
        depth += line.count('{') - line.count('}')
        if n == number:
            return start
    return number


def has_warning(verdict, finding):
    """keepd says something about that line or its block, or about the file if keepalived names no line."""
    def is_near(line):
        return finding['line'] is None or line == finding['line'] or line is not None and \
            outermost_block(verdict.text, int(line)) == outermost_block(verdict.text, int(finding['line']))
    return any(is_near(w['line']) for w in verdict.warnings
               if 'enable_script_security' not in w['text'] and 'not supported yet' not in w['text'])


# keepalived could not say whether it accepts the file.
DIES = Class('the test of keepalived 2.2 dies')

# keepd rejects, keepalived has nothing to say.
STRICTER = [
    Class('words too many', r'^unexpected `'),
    Class('an include that is missing', r'^include'),
    Class('users and groups that do not exist', r'there is no (user|group)'),
    Class('expressions that do not compile', r'^regex ".*": '),
    Class('arguments of a script without quotes', r'put the command with its arguments in quotes'),
    Class('a value is missing', r'(a value|[A-Z]+|`\w+`) is missing'),
    Class('a prefix length that is no number', r'the prefix length is not a number'),
    Class('two keywords on one line', r'is a keyword of its own and must begin a new line'),
    Class('nothing is configured', r'^nothing is configured'),
    Class('bytes of zero', '', lambda v, _finding: '\0' in v.text),
    Class('ranges that end before they begin', r'ends before it begins'),
    Class('words of a flag', r'is not on or off'),
    Class('a service that stands there twice', r'^virtual_server(_group)? .* is there already'),
    Class('names of nothing', r'^there is no (virtual_server_group|track_file|bfd_instance) '),
    Class('numbers and words that are none', r'^regex_(min_offset|max_offset|stack|options): |^persistence_granularity of an'),
    Class('a probe from the other family', r'^bindto and the address that is probed must be of one family'),
    Class('times beyond any sense', r'`9{11}` is not a time'),
]

# keepalived complains, keepd has nothing to say or warns.
LAXER = [
    Class('long lines', '', lambda v, _finding: max(map(len, v.text.split('\n'))) > 1023),
    Class('the byte order mark', '', lambda v, _finding: v.text.startswith('\ufeff')),
    Class('repaired, with a warning', '', has_warning),
    Class('keywords of keepalived 2.4', '', has_newer_keyword),
    Class('values of keepalived 2.4', r"Duplicate include_check|vrrp script (interval|timeout) '\d*\.\d+'|VMAC interface name already specified"
          r"|^invalid number '\d*\.\d+'|Unknown umask bit"),
    Class('interfaces that do not exist', r"doesn't exist|Non-existent interface|unknown interface|Unknown interface!|loopback interface"),
    Class('routes that are not watched', r'cannot track route'),
    Class('old spellings', r'is deprecated|Please use global lvs_sync_daemon|[Uu]nknown rule option ip_proto|linkbeat_use_polling. in vrrp instance deprecated|use keyword "id" before'),
    Class('a delay of 0', r'outside range .0\.000001|delay 0 for vrrp_track_process|^delay .*vrrp_track_process'),
    Class('retry 0', r"retry value invalid|number '0' outside range \[1, 4294967295\]"),
    Class('lb_kind in a real server', r"Unknown keyword 'lb_kind'"),
    Class('users and groups that do not exist', r'Error setting global script uid/gid'),
    Class('enable_script_security', r'SECURITY VIOLATION'),
    Class('notices that change nothing', r'protocol specified for fwmark|use keyword "id" before|empty notification_email'),
    Class('whom scripts run as', r'Unable to set default user'),
    Class('the order of blocks', r'track script check not found'),
    Class('a bfd_instance for the checkers alone', r'track bfd bf not found'),
    Class('native_ipv6', '', lambda v, _finding: 'native_ipv6' in v.text),
    Class('keywords of mail', r'^Invalid smtp server'),
]


def explain(verdict):
    """None: the two agree. Otherwise (side, [class names]), with None in the list for what nothing explains."""
    keepalived, keepd = verdict.keepalived, verdict.keepd
    if keepd == 'breaks':
        return 'keepd breaks', [None]
    if keepalived == 'dies':
        return 'no comparison', [DIES.name]
    if keepalived == 'accepts' and keepd == 'rejects':
        side, findings, classes = 'keepd alone rejects', verdict.errors, STRICTER
    elif keepalived != 'accepts' and keepd != 'rejects':
        side, findings, classes = 'keepalived alone rejects', verdict.complaints, LAXER
    else:
        return None
    names = [next((c.name for c in classes if c.explains(verdict, finding)), None) for finding in findings] or [None]
    return side, names


def all_names():
    return {c.name for c in [DIES, *STRICTER, *LAXER]}
