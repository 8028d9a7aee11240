# SPDX-License-Identifier: Apache-2.0
"""Every keyword of the language, with arguments it takes and arguments it does not take.

A table for each block: keyword -> (good, bad), each a list of what stands after the keyword. The files are made from
them: one file for each argument, with just as much around it as a file needs to be complete (see SETTINGS).
"""

# ---- kinds of arguments ----

NOT_BOOL = ['maybe', 'ON']


def flag():
    """The keyword alone."""
    return [''], []


def boolean():
    return ['', 'on', 'off', 'true', 'false', 'yes', 'no'], NOT_BOOL


def number(low, high, *more):
    return [str(low), str(high), *more], ['', str(low - 1), str(high + 1), 'x', f'{high}x', '"']


def open_number(low, *more):
    """A number without a bound of its own worth asking for."""
    return [str(low), str(low + 10), *more], ['', str(low - 1), 'x', '10x', '99999999999999']


def seconds(*good, bad=()):
    return [*good], ['', '-1', 'x', '1,5', *bad]


def word(*good):
    return [*good], ['']


SCRIPT = '/usr/bin/true'


def script():
    return [SCRIPT, f'"{SCRIPT} one \'two three\'"', f'{SCRIPT} root', f'{SCRIPT} root root', f'"{SCRIPT} a" nobody'], \
        ['', f'{SCRIPT} no-such-user', f'{SCRIPT} root no-such-group', f'"{SCRIPT} a', f'{SCRIPT} 10.0.0.1', f'{SCRIPT} -x a', f'{SCRIPT} a b c']


def lines(*good, bad=()):
    """A block of lines; lines of one block are separated by ' ; '."""
    def block(text):
        return '{\n' + ''.join('        ' + line + '\n' for line in text.split(' ; ')) + '    }'
    return [block(text) for text in good], [block(text) for text in bad]


def weights(name, bound, extra=()):
    """A block that refers to something that is tracked."""
    return lines(name, f'{name} weight {bound}', f'{name} weight -{bound} reverse', *extra,
                 bad=('no_such_name', f'{name} weight {bound + 2}', f'{name} weight', f'{name} weight x', f'{name} wait 5'))


# ---- the tables ----

ROOT = {
    'net_namespace': word('blue'),
    'net_namespace_ipvs': (['blue', ''], []),
    'namespace_with_ipsets': flag(),
    'instance': word('one'),
    'use_pid_dir': flag(),
    'linkbeat_use_polling': flag(),
    'child_wait_time': open_number(0),
    'include': (['part.inc', '*.none', 'part.{inc,none}'], []),
    'includer': (['part.inc'], ['missing.inc']),
    'includem': (['part.inc'], ['missing.inc']),
    'includew': (['*.inc'], ['*.none']),
    'includeb': (['part.{inc,inc}'], ['part.{inc,none}']),
    'includea': (['*.inc'], ['*.none']),
    'linkbeat_interfaces': lines('eth1', 'eth1 MII', 'eth1 ETHTOOL', 'eth1 IOCTL ; eth2', bad=('eth1 POLL', 'no0')),
    'interface_up_down_delays': lines('eth1 1 2.5', 'eth1 1', bad=('eth1', 'eth1 300', 'eth1 x', 'no0 1')),
    'track_group': (['TG {\n    group {\n        VI_1\n    }\n}'],
                    ['TG {\n}', 'TG {\n    group {\n        no_such_name\n    }\n}', '{\n    group {\n        VI_1\n    }\n}']),
    'static_ipaddress': lines('192.168.7.1/24 dev eth1', '192.168.7.1 ; 2001:db8::7/64 dev eth1',
                              bad=('192.168.7.300 dev eth1', '192.168.7.1/33 dev eth1', 'dev eth1')),
    'static_routes': lines('192.168.8.0/24 via 192.168.0.1 dev eth0', 'default via 192.168.0.1',
                           bad=('192.168.8.0/24 via', 'via 192.168.0.1', '192.168.8.0/24 vai 192.168.0.1')),
    'static_rules': lines('from 192.168.8.0/24 table 100 priority 100', 'to 192.168.8.0/24 lookup main preference 7',
                          bad=('from 192.168.8.0/24 preference 9', 'table 100 from preference 9', 'form 10.0.0.0/8 table 1')),
    'garp_group': (['{\n    garp_interval 0.1\n    interface eth1\n}'], ['{\n    interface eth1\n}']),
    'SSL': (['{\n    password "x"\n    ca /etc/passwd\n    certificate /etc/passwd\n    key /etc/passwd\n}', '{\n}'], []),
    # each of these is needed: what is left out here stands in its own table
    'vrrp_script': (['chk {\n    script /usr/bin/true\n}'], ['{\n    script /usr/bin/true\n}', 'chk {\n}', 'a b {\n    script /usr/bin/true\n}']),
    'vrrp_track_process': (['tp {\n    process sshd\n}'], ['tp {\n}', '{\n    process sshd\n}']),
    'track_file': (['tf {\n    file /etc/passwd\n}'], ['tf {\n}', '{\n    file /etc/passwd\n}']),
    'vrrp_track_file': (['tf {\n    file /etc/passwd\n}'], ['tf {\n}']),
    'bfd_instance': (['bf {\n    neighbor_ip 192.168.0.20\n}'], ['bf {\n}', '{\n    neighbor_ip 192.168.0.20\n}',
                     'a_name_that_is_much_too_long_for_bfd {\n    neighbor_ip 192.168.0.20\n}']),
    'vrrp_sync_group': (['SG {\n    group {\n        VI_1\n        VI_2\n    }\n}'],
                        ['SG {\n}', 'SG {\n    group {\n        VI_1\n    }\n}', 'SG {\n    group {\n        VI_1\n        VI_9\n    }\n}']),
    'vrrp_instance': (['VI_9 {\n    interface eth1\n    virtual_router_id 9\n    virtual_ipaddress {\n        10.9.9.9\n    }\n}'],
                      ['{\n    interface eth1\n    virtual_router_id 9\n}', 'VI_9 {\n}', 'VI_1 {\n    interface eth1\n}']),
    'virtual_server_group': (['VG {\n    192.168.0.201 80\n    192.168.0.202-210 80\n    fwmark 7\n}'], ['VG {\n}']),
    'virtual_server': (['fwmark 3 {\n    lvs_sched rr\n    lvs_method DR\n    real_server 10.0.0.1 {\n    }\n}',
                        '2001:db8::1 80 {\n    lvs_sched rr\n    lvs_method DR\n    protocol TCP\n    real_server 2001:db8::2 80 {\n    }\n}'],
                       ['{\n}', '192.168.0.300 80 {\n}', '192.168.0.201 70000 {\n}', '192.168.0.201 80 TCP {\n}', 'www.example.org 80 {\n}',
                        'fwmark {\n}', 'fwmark x {\n}', 'group {\n}', 'group NO_SUCH {\n    lvs_sched rr\n    lvs_method DR\n    protocol TCP\n    real_server 10.0.0.1 80 {\n    }\n}',
                        '192.168.0.201:80 {\n}']),
    'global_defs': (['{\n}'], ['now {\n}']),
}

GLOBAL = {
    'router_id': word('lb-1', '"lb 1"'),
    'notification_email': lines('root@localhost', '"Some One" ; root@localhost', bad=('',)),
    'notification_email_from': word('root@localhost'),
    'smtp_server': (['127.0.0.1', '127.0.0.1 25', '::1 25'], ['', '127.0.0.1 x', '127.0.0.1 70000']),
    'smtp_helo_name': word('lb.example.org'),
    'smtp_connect_timeout': (['1', '30'], ['', 'x', '-1']),
    'smtp_alert': boolean(),
    'smtp_alert_vrrp': boolean(),
    'smtp_alert_checker': boolean(),
    'no_email_faults': flag(),
    'no_checker_emails': boolean(),
    'checker_log_all_failures': boolean(),
    'startup_script': script(),
    'startup_script_timeout': number(1, 1000),
    'shutdown_script': script(),
    'shutdown_script_timeout': number(1, 1000),
    'script_user': (['root', 'nobody', 'nobody nogroup', 'nobody :nogroup'], ['', 'no-such-user', 'root no-such-group']),
    'enable_script_security': flag(),
    'set_supplementary_groups': boolean(),
    'use_symlink_paths': boolean(),
    'process_names': flag(),
    'process_name': word('lb', 'a23456789012345'),
    'vrrp_process_name': word('lb_vrrp'),
    'checker_process_name': word('lb_check'),
    'lvs_process_name': word('lb_check'),
    'bfd_process_name': word('lb_bfd'),
    'dynamic_interfaces': (['', 'allow_if_changes'], ['sometimes']),
    'default_interface': (['eth0'], ['', 'no0']),
    'disable_local_igmp': flag(),
    'vrrp_version': number(2, 3),
    'vrrp_mcast_group4': (['224.0.0.18', '224.0.0.19'], ['', '10.0.0.1', 'x', 'ff02::12']),
    'vrrp_mcast_group6': (['ff02::12', 'ff02::13'], ['', '2001:db8::1', 'x', '224.0.0.18']),
    'vrrp_garp_master_delay': open_number(0),
    'vrrp_garp_master_repeat': open_number(1, '0'),
    'vrrp_garp_master_refresh': open_number(0),
    'vrrp_garp_master_refresh_repeat': open_number(1, '0'),
    'vrrp_garp_lower_prio_delay': open_number(0),
    'vrrp_garp_lower_prio_repeat': open_number(0),
    'vrrp_garp_interval': seconds('0.001', '1', '0.000001', bad=('0',)),
    'vrrp_gna_interval': seconds('0.001', '1', bad=('0',)),
    'vrrp_min_garp': boolean(),
    'vrrp_garp_extra_if': (['60', 'all 60', '1', '86400'], ['', 'x', '86401', 'all']),
    'vrrp_vmac_garp_intvl': (['60', 'all 60'], ['', 'x']),
    'vrrp_down_timer_adverts': number(1, 100),
    'vrrp_lower_prio_no_advert': boolean(),
    'vrrp_higher_prio_send_advert': boolean(),
    'vrrp_owner_ignore_adverts': boolean(),
    'v3_checksum_as_v2': flag(),
    'vrrp_check_unicast_src': flag(),
    'vrrp_skip_check_adv_addr': boolean(),
    'vrrp_strict': (['on', 'off', ''], NOT_BOOL),
    'vrrp_notify_priority_changes': boolean(),
    'vrrp_startup_delay': seconds('1', '5.5', '0.001', bad=('0',)),
    'vrrp_delay_after_boot': seconds('1', '60', bad=('0',)),
    'log_unknown_vrids': flag(),
    'vmac_prefix': word('vr'),
    'vmac_addr_prefix': word('va'),
    'vrrp_iptables': (['', 'IN', 'IN OUT'], ['IN IN']),
    'vrrp_ipsets': (['', 'a', 'a b c d e f'], ['a a']),
    'nftables': (['', 'lb'], []),
    'nftables_priority': (['-1', '0', '10'], ['', 'x']),
    'nftables_ifindex': flag(),
    'nftables_counters': flag(),
    'nftables_ipvs': (['', 'lb_ipvs'], []),
    'nftables_ipvs_priority': (['-1', '5'], ['', 'x']),
    'nftables_ipvs_start_fwmark': (['1', '5000'], ['', '0', 'x']),
    'lvs_sync_daemon': (['eth0', 'eth0 VI_1', 'eth0 inst VI_1 id 7', 'eth0 VI_1 7',
                         'eth0 inst VI_1 id 255 maxlen 1400 port 8848 ttl 1 group 224.0.0.81'],
                        ['', 'eth0 id 256', 'eth0 port 0', 'eth0 ttl 256', 'eth0 maxlen 70000', 'eth0 group 10.0.0.1', 'no0']),
    'lvs_timeouts': (['tcp 900', 'tcp 900 tcpfin 120 udp 300'], ['', 'tcp', 'tcp x', 'tcp 2678401', 'sctp 5']),
    'lvs_flush': flag(),
    'lvs_flush_on_stop': (['', 'VS'], ['vs']),
    'lvs_flush_onstop': flag(),
    'rs_init_notifies': boolean(),
    'notify_fifo': word('/run/lb.fifo', '/run/lb.fifo root', '/run/lb.fifo root root'),
    'notify_fifo_script': script(),
    'vrrp_notify_fifo': word('/run/vrrp.fifo'),
    'vrrp_notify_fifo_script': script(),
    'lvs_notify_fifo': word('/run/lvs.fifo'),
    'lvs_notify_fifo_script': script(),
    'fifo_write_vrrp_states_on_reload': flag(),
    'max_auto_priority': (['', '-1', '0', '99'], ['100', '-2', 'x']),
    'min_auto_priority_delay': number(1, 10000000),
    'vrrp_priority': number(-20, 19),
    'checker_priority': number(-20, 19),
    'bfd_priority': number(-20, 19),
    'vrrp_no_swap': flag(),
    'checker_no_swap': flag(),
    'bfd_no_swap': flag(),
    'vrrp_rt_priority': number(1, 99),
    'checker_rt_priority': number(1, 99),
    'bfd_rt_priority': number(1, 99),
    'vrrp_rlimit_rttime': open_number(2, '1'),
    'checker_rlimit_rttime': open_number(2),
    'bfd_rlimit_rttime': open_number(2),
    'vrrp_rlimit_rtime': open_number(2),
    'checker_rlimit_rtime': open_number(2),
    'bfd_rlimit_rtime': open_number(2),
    'vrrp_cpu_affinity': (['0'], ['', 'x', '99999']),
    'checker_cpu_affinity': (['0'], ['', 'x', '99999']),
    'bfd_cpu_affinity': (['0'], ['', 'x', '99999']),
    'vrrp_rx_bufs_policy': (['MTU', 'ADVERT', 'mtu', '65536'], ['', 'x']),
    'vrrp_rx_bufs_multiplier': open_number(1),
    'vrrp_netlink_cmd_rcv_bufs': open_number(1),
    'vrrp_netlink_monitor_rcv_bufs': open_number(1),
    'lvs_netlink_cmd_rcv_bufs': open_number(1),
    'lvs_netlink_monitor_rcv_bufs': open_number(1),
    'process_monitor_rcv_bufs': open_number(1),
    'vrrp_netlink_cmd_rcv_bufs_force': boolean(),
    'vrrp_netlink_monitor_rcv_bufs_force': boolean(),
    'lvs_netlink_cmd_rcv_bufs_force': boolean(),
    'lvs_netlink_monitor_rcv_bufs_force': boolean(),
    'process_monitor_rcv_bufs_force': boolean(),
    'snmp_socket': word('unix:/run/agentx'),
    'enable_snmp_vrrp': flag(),
    'enable_snmp_keepalived': flag(),
    'enable_snmp_checker': flag(),
    'enable_snmp_rfc': flag(),
    'enable_snmp_rfcv2': flag(),
    'enable_snmp_rfcv3': flag(),
    'enable_traps': flag(),
    'snmp_vs_stats_update_interval': seconds('1', '30', '0.001', bad=('31',)),
    'snmp_rs_stats_update_interval': seconds('1', '30', bad=('31',)),
    'enable_dbus': flag(),
    'dbus_service_name': word('org.example.Vrrp'),
    'dbus_no_interface_name': word('none'),
    'umask': (['022', '0x3f', 'IRWXG|IRWXO', 'IXUSR | IRGRP'], ['', 'x', 'IFOO']),
    'random_seed': open_number(0),
    'reload_check_config': (['', '/tmp/check.log'], []),
    'reload_time_file': word('/etc/keepalived/reload_time'),
    'reload_repeat': flag(),
    'reload_file': (['', '/run/lb.reload'], []),
    'include_check': (['', 'match', 'wildcard_match brace_match', '+match', '-match'], ['often']),
    'config_save_dir': word('/run/saved'),
    'tmp_config_directory': word('/run'),
    'data_use_instance': boolean(),
    'state_dump_file': word('/tmp/x.data'),
    'stats_dump_file': word('/tmp/x.stats'),
    'json_dump_file': word('/tmp/x.json'),
    'json_version': number(1, 2),
    'iproute_usr_dir': word('/usr/share/iproute2'),
    'iproute_etc_dir': word('/etc/iproute2'),
}

SSL = {
    'password': word('secret'),
    'ca': word('/etc/passwd'),
    'certificate': word('/etc/passwd'),
    'key': word('/etc/passwd'),
}

VRRP_SCRIPT = {
    'script': ([SCRIPT, f'"{SCRIPT} -x"', '"/usr/bin/killall -0 haproxy"'],
               ['', f'"{SCRIPT}', '/no/such/script', '/etc/passwd', f'{SCRIPT} -0 haproxy', 'relative/script']),
    'interval': seconds('1', '2.5', '0.25'),
    'timeout': seconds('1', '2.5'),
    'weight': (['0', '253', '-253', '-20 reverse'], ['', '254', '-254', 'x', '5 backwards']),
    'rise': open_number(1),
    'fall': open_number(1),
    'user': (['root', 'nobody nogroup'], ['', 'no-such-user', 'root no-such-group']),
    'init_fail': flag(),
}

TRACK_PROCESS = {
    'process': (['sshd', '"my prog" -f', 'sshd -D'], ['']),
    'param_match': (['', 'initial', 'partial'], ['exact']),
    'weight': (['0', '254', '-254', '20 reverse'], ['', '255', 'x']),
    'quorum': number(1, 65535),
    'quorum_max': number(0, 65535),
    'delay': seconds('1', '0.5', '3600', bad=('3601', '0')),
    'fork_delay': seconds('1', '0.5'),
    'terminate_delay': seconds('1', '0.5'),
    'full_command': flag(),
}

TRACK_FILE = {
    'file': (['/etc/passwd', '/tmp/keepd-compat-tracked'], ['', '/no/such/folder/file', '/proc/self/status']),
    'weight': (['0', '254', '-254', '1 reverse'], ['', '255', '-255', 'x']),
    'init_file': (['', '0', '5', '5 overwrite', 'overwrite'], ['x', '5 always']),
}

BFD = {
    'neighbor_ip': (['192.168.0.20', '2001:db8::20'], ['', '192.168.0.300', 'x']),
    'neighbour_ip': (['192.168.0.20'], ['']),
    'source_ip': (['192.168.0.2'], ['', 'x', '2001:db8::2']),
    'min_rx': number(1, 4294967, '10', '0.5', '10001'),
    'min_tx': number(1, 4294967, '10'),
    'idle_tx': number(1000, 4294967),
    'multiplier': number(1, 255),
    'passive': flag(),
    'ttl': number(1, 255),
    'hoplimit': number(1, 255),
    'max_hops': number(-1, 255),
    'multihop': boolean(),
    'weight': (['0', '253', '-253', '10 reverse'], ['', '255', 'x']),
    'vrrp': flag(),
    'checker': flag(),
}

NOTIFIES = {
    'notify_master': script(),
    'notify_backup': script(),
    'notify_fault': script(),
    'notify_stop': script(),
    'notify': script(),
    'smtp_alert': boolean(),
    'notify_priority_changes': boolean(),
}

TRACKERS = {
    'track_script': weights('chk', 253),
    'track_file': weights('tf', 254, ('tf weight 5 noreverse',)),
    'track_process': weights('tp', 254),
    'track_bfd': weights('bf', 253),
}

SYNC_GROUP = {
    'group': (['{\n        VI_1\n        VI_2\n    }', '{ VI_1 VI_2 }'], ['{\n    }', 'VI_1 VI_2', '{\n        VI_1\n        VI_1\n    }']),
    'track_interface': weights('eth2', 253),
    **TRACKERS,
    **NOTIFIES,
    'notify_deleted': ([], [SCRIPT]),
    'sync_group_tracking_weight': flag(),
    'global_tracking': flag(),
}

GARP_GROUP = {
    'garp_interval': seconds('0.1', '1', bad=('4295',)),
    'gna_interval': seconds('0.1', '1'),
    'interface': (['eth1'], ['', 'no0']),
    'interfaces': lines('eth1', 'eth1 eth2', 'eth1 ; eth2', bad=('no0',)),
}

ADDRESSES = lines('192.168.0.201', '192.168.0.201/24', '192.168.0.201/24 dev eth0 label eth0:1',
                  '192.168.0.201/24 brd 192.168.0.255', '192.168.0.201/24 brd +', '192.168.0.201 broadcast -',
                  '192.168.0.201/32 scope host', '192.168.0.201 scope 200', '192.168.0.201 peer 192.168.0.9',
                  '192.168.0.201 preferred_lft 60', '192.168.0.201 preferred_lft forever', '192.168.0.201/24 home',
                  '192.168.0.201/24 -nodad', '192.168.0.201/24 mngtmpaddr', '192.168.0.201/24 noprefixroute',
                  '192.168.0.201/24 autojoin', '192.168.0.201/24 no_track', '192.168.0.201 dev eth1',
                  '192.168.0.201/24 use_vmac', '2001:db8::9/64', 'fe80::9/64 ; 2001:db8::9/64',
                  bad=('192.168.0.300', '192.168.0.201/33', '192.168.0.201/x', '192.168.0.201/', '192.168.0.201 dev',
                       '192.168.0.201 dev no0', '192.168.0.201 label eth0:a-label-too-long', '192.168.0.201 scope galaxy',
                       '192.168.0.201 sobriquet x', '192.168.0.201 eth0', 'dev eth0 192.168.0.201', '2001:db8::9/129',
                       '192.168.0.201/31 brd +', '192.168.0.201 brd x', '192.168.0.201 192.168.0.202', '192.168.0.201,192.168.0.202',
                       '2001:db8::9 label x', '192.168.0.201 dev eth0 dev eth1', '192.168.0.201 ; 2001:db8::9',
                       '192.168.0.201 preferred_lft x', '192.168.0.201 track_group TG', 'www.example.org'))

ROUTES = lines('192.168.8.0/24 via 192.168.0.1', 'default via 192.168.0.1 dev eth0', 'to 192.168.8.0/24 via 192.168.0.1',
               'src 192.168.0.200 192.168.8.0/24 via 192.168.0.1 dev eth0', '192.168.8.0/24 gw 192.168.0.1 dev eth0',
               '192.168.8.0/24 dev eth0', '192.168.8.0/24 oif eth0', '192.168.8.1', 'blackhole 192.168.8.0/24', 'unreachable 192.168.8.0/24',
               'prohibit 192.168.8.0/24', 'throw 192.168.8.0/24', 'unicast 192.168.8.0/24 via 192.168.0.1', 'local 192.168.8.1 dev eth0',
               'broadcast 192.168.8.255 dev eth0', 'anycast 192.168.8.255 dev eth0',
               'multicast 239.8.0.0/16 dev eth0', '192.168.8.0/24 dev eth0 encap ip id 7 dst 10.0.0.1 flags 1', '192.168.8.0/24 via 192.168.0.1 table 100', '192.168.8.0/24 via 192.168.0.1 table main',
               '192.168.8.0/24 via 192.168.0.1 metric 10', '192.168.8.0/24 via 192.168.0.1 priority 10',
               '192.168.8.0/24 via 192.168.0.1 preference 10', '192.168.8.0/24 dev eth0 scope link', '192.168.8.0/24 dev eth0 protocol static',
               '192.168.8.0/24 dev eth0 tos 16', '192.168.8.0/24 dev eth0 dsfield 16', '2001:db8:8::/64 from 2001:db8:9::/64 dev eth0',
               '2001:db8:8::/64 via 2001:db8::1 dev eth0', '192.168.8.0/24 via inet 192.168.0.1', '192.168.8.0/24 via inet6 fe80::1 dev eth0',
               '192.168.8.0/24 via 192.168.0.1 dev eth0 onlink', '192.168.8.0/24 via 192.168.0.1 mtu 1400',
               '192.168.8.0/24 via 192.168.0.1 mtu lock 1400', '192.168.8.0/24 via 192.168.0.1 advmss 1360 rtt 100ms rttvar 50ms',
               '192.168.8.0/24 via 192.168.0.1 reordering 3 cwnd 10 ssthresh 20 rto_min 300ms', '192.168.8.0/24 via 192.168.0.1 congctl cubic',
               '192.168.8.0/24 via 192.168.0.1 hoplimit 64 window 1000 initcwnd 10 initrwnd 10 quickack 1 fastopen_no_cookie 1',
               '192.168.8.0/24 via 192.168.0.1 features ecn', '192.168.8.0/24 via 192.168.0.1 realms 1/2', '192.168.8.0/24 via 192.168.0.1 realms 2',
               '2001:db8:8::/64 via 2001:db8::1 dev eth0 pref high', '2001:db8:8::/64 via 2001:db8::1 dev eth0 expires 60',
               '192.168.8.0/24 dev eth0 ttl-propagate enabled', '192.168.8.0/24 dev eth0 encap ip id 7 dst 10.0.0.1 src 10.0.0.2 tos 1 ttl 9',
               '192.168.8.0/24 dev eth0 encap mpls 100', '2001:db8:8::/64 dev eth0 encap ip6 id 7 dst 2001:db8::1',
               '2001:db8:8::/64 dev eth0 encap ila 1:2:3:4', '192.168.8.0/24 via 192.168.0.1 add', '192.168.8.0/24 via 192.168.0.1 prepend',
               '192.168.8.0/24 via 192.168.0.1 append', '192.168.8.0/24 nexthop via 192.168.0.1 weight 2 nexthop via 192.168.0.3 dev eth0 weight 1',
               '192.168.8.0/24 via 192.168.0.1 or 192.168.0.3', '192.168.8.0/24 via 192.168.0.1 no_track', '192.168.8.0/24 via 192.168.0.1 as to',
               bad=('192.168.8.0/33 via 192.168.0.1', '192.168.8.0/24 via', '192.168.8.0/24 via x', 'via 192.168.0.1', '192.168.8.0/24 via 2001:db8::1',
                    '192.168.8.0/24 dev no0', '192.168.8.0/24 via 192.168.0.1 metric x', '192.168.8.0/24 via 192.168.0.1 mtu x',
                    '192.168.8.0/24 via 192.168.0.1 hoplimit 256', '192.168.8.0/24 via 192.168.0.1 table no_such_table', 'nonsense',
                    '192.168.8.0/24 via 192.168.0.1 quickack 2', '192.168.8.0/24 dev eth0 encap', '192.168.8.0/24 nexthop',
                    '192.168.8.0/24 nexthop via 192.168.0.1 weight 257', '192.168.8.0/24 scope galaxy', '192.168.8.0/24 vrf no0',
                    '192.168.8.0/24 gateway 192.168.0.1', '192.168.8.0/24 dev eth0 tos 300', '192.168.8.0/24 features fast'))

RULES = lines('from 192.168.8.0/24 table 100 preference 100', 'to 192.168.8.0/24 lookup 100 priority 100', 'from all table 100 order 7',
              'iif eth0 table 100 preference 100', 'dev eth0 table 100 preference 100', 'oif eth0 table 100 preference 100',
              'fwmark 7 table 100 preference 100', 'fwmark 7/0xff table 100 preference 100', 'tos 16 table 100 preference 100',
              'dsfield 16 table 100 preference 100', 'not from 192.168.8.0/24 table 100 preference 100', 'from 192.168.8.0/24 realms 1/2 table 100 preference 100',
              'from 192.168.8.0/24 table 100 suppress_prefixlength 0 preference 100', 'from 192.168.8.0/24 table 100 sup_pl 0 preference 100',
              'from 192.168.8.0/24 table 100 suppress_ifgroup 0 preference 100', 'from 192.168.8.0/24 table 100 sup_group 1 preference 100',
              'from 192.168.8.0/24 goto 200 preference 100', 'from 192.168.8.0/24 nop preference 100', 'from 192.168.8.0/24 blackhole preference 100',
              'from 192.168.8.0/24 unreachable preference 100', 'from 192.168.8.0/24 type prohibit preference 100', 'from 192.168.8.0/24 l3mdev preference 100',
              'from 192.168.8.0/24 tunnel-id 7 table 100 preference 100', 'from 192.168.8.0/24 uidrange 1-10 table 100 preference 100',
              'from 192.168.8.0/24 ipproto tcp table 100 preference 100', 'from 192.168.8.0/24 sport 80-90 table 100 preference 100',
              'from 192.168.8.0/24 dport 80-80 table 100 preference 100', 'from 192.168.8.0/24 protocol 7 table 100 preference 100',
              'from 192.168.8.0/24 table 100 preference 100 no_track', 'from 2001:db8::/64 table 100 preference 100', 'from 192.168.8.0/24 table 100',
              'from 192.168.8.0/24 table 100 preference 0x64',
              bad=('from 192.168.8.0/24', 'from 192.168.8.0/33 table 100 preference 100', 'from x table 100 preference 100', 'form 10.0.0.0/8 table 1',
                   'from 10.0.0.0/8 table 0 preference 100', 'from 10.0.0.0/8 table 1 preference x', 'from 10.0.0.0/8 goto 50 preference 100',
                   'from 10.0.0.0/8 table 1 blackhole preference 100', 'from 10.0.0.0/8 to 2001:db8::/64 table 1 preference 100', 'table 1 preference',
                   'from 192.168.8.0/24 ip_proto tcp table 100 preference 100', 'from 192.168.8.0/24 uidrange 10-1 table 100 preference 100',
                   'from 192.168.8.0/24 ipproto 300 table 100 preference 100', 'from 192.168.8.0/24 fwmark x table 100 preference 100'))

INSTANCE = {
    'state': (['MASTER', 'BACKUP'], ['', 'master', 'SLAVE']),
    'interface': (['eth0', 'eth1'], ['', 'no0', 'lo', 'a-name-of-sixteen']),
    'vrf': ([], ['', 'no0']),
    'virtual_router_id': number(1, 255),
    'priority': number(1, 255, '100'),
    'advert_int': (['1', '3', '255'], ['', '0', '256', 'x', '1sec', '-1', '0.5']),
    'version': number(2, 3),
    'authentication': (['{\n        auth_type PASS\n        auth_pass 1111\n    }', '{\n        auth_type AH\n        auth_pass 12345678\n    }'],
                       ['{\n        auth_type MD5\n        auth_pass 1111\n    }', '{\n        auth_type PASS\n    }', '{\n        auth_type PASS\n        auth_pass\n    }',
                        '{\n        auth_type PASS\n        auth_pass much-too-long\n    }', '{\n        auth_type PASS\n        auth_pass a#b\n    }',
                        '{\n        auth_pass 1111\n    }', '{\n        auth_typ PASS\n        auth_pass 1111\n    }']),
    'auth_hmac': (['{\n        key 1 "0123456789abcdef0123456789abcdef"\n        active_key 1\n        anti_replay time\n        time_window 10\n        mode enforce\n    }'],
                  ['{\n    }', '{\n        key 1 short\n        active_key 1\n    }']),
    'virtual_ipaddress': ADDRESSES,
    'virtual_ipaddress_excluded': ADDRESSES,
    'no_virtual_ipaddress': flag(),
    'virtual_routes': ROUTES,
    'virtual_rules': RULES,
    'promote_secondaries': flag(),
    'nopreempt': flag(),
    'preempt': flag(),
    'preempt_delay': (['0', '5', '1000', '2.5'], ['', '1001', 'x', '-1']),
    'track_interface': weights('eth1', 253, ('eth1 ; eth2', 'eth0')),
    **TRACKERS,
    'dont_track_primary': flag(),
    'track_src_ip': flag(),
    'mcast_src_ip': (['192.168.0.2', '192.168.0.77'], ['', 'x', '2001:db8::2']),
    'unicast_src_ip': (['192.168.0.2\n    unicast_peer {\n        192.168.0.3\n    }'], ['', 'x\n    unicast_peer {\n        192.168.0.3\n    }', '192.168.0.2']),
    'mcast_dst_ip': (['224.0.0.19'], ['', '10.0.0.1', 'x']),
    'unicast_peer': lines('192.168.0.3', '192.168.0.3 ; 192.168.0.4', '192.168.0.3 min_ttl 254 max_ttl 255',
                          bad=('192.168.0.300', 'x', '192.168.0.3 min_ttl 256', '192.168.0.3 min_ttl', '192.168.0.3 ttl 5', '2001:db8::3',
                               '192.168.0.3 ; 192.168.0.3', '192.168.0.3 192.168.0.4')),
    'unicast_ttl': (['64\n    unicast_peer {\n        192.168.0.3\n    }', '255\n    unicast_peer {\n        192.168.0.3\n    }'],
                    ['', '256\n    unicast_peer {\n        192.168.0.3\n    }', '64']),
    'unicast_fault_no_peer': (['\n    unicast_src_ip 192.168.0.2'], []),
    'check_unicast_src': (['\n    unicast_peer {\n        192.168.0.3\n    }', ''], []),
    'old_unicast_checksum': (['\n    unicast_peer {\n        192.168.0.3\n    }', 'never\n    unicast_peer {\n        192.168.0.3\n    }'], ['often']),
    'v3_checksum_as_v2': boolean(),
    'use_vmac': (['', 'vmac0', 'vmac0 00:01:02:03:04:05', 'vmac0 netlink_notify_msg', 'name vmac0'], ['a-name-of-sixteen', 'vmac0 00:01', 'vmac0 x y']),
    'use_vmac_addr': (['\n    use_vmac', ''], []),
    'vmac_xmit_base': (['\n    use_vmac', ''], []),
    'use_ipvlan': (['ipv0 192.168.0.5', 'ipv0 192.168.0.5 bridge', 'ipv0 192.168.0.5 private', 'ipv0 192.168.0.5 vepa'], ['', 'ipv0 x', 'ipv0 192.168.0.5 other']),
    'accept': flag(),
    'no_accept': flag(),
    'strict_mode': (['on', 'off', ''], NOT_BOOL),
    'skip_check_adv_addr': boolean(),
    'garp_master_delay': open_number(0),
    'garp_master_repeat': open_number(1, '0'),
    'garp_master_refresh': open_number(0),
    'garp_master_refresh_repeat': open_number(1, '0'),
    'garp_lower_prio_delay': open_number(0),
    'garp_lower_prio_repeat': open_number(0),
    'garp_extra_if': (['60', 'all 60', '0', '86400'], ['', 'x', '86401']),
    'vmac_garp_intvl': (['60', 'all 60'], ['', 'x']),
    'down_timer_adverts': number(1, 100),
    'timer_expired_backup': (['\n    nopreempt', '200\n    nopreempt'], ['', '255\n    nopreempt', 'x\n    nopreempt']),
    'thread_timer_expired': (['\n    nopreempt'], []),
    'lower_prio_no_advert': boolean(),
    'higher_prio_send_advert': boolean(),
    'owner_ignore_adverts': boolean(),
    **NOTIFIES,
    'notify_deleted': ([SCRIPT, ''], [f'{SCRIPT} no-such-user']),
    'notify_master_rx_lower_pri': script(),
    'kernel_rx_buf_size': open_number(1),
    'native_ipv6': ([], ['']),
    'linkbeat_use_polling': flag(),
    'lvs_sync_daemon_interface': (['eth0'], ['']),
    'debug': number(0, 4),
}

HMAC = {
    'key': (['2 "0123456789abcdef0123456789abcdef"', '2 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'],
            ['', '0 "0123456789abcdef0123456789abcdef"', '256 "0123456789abcdef0123456789abcdef"', '2 hex:00', '2 file:/no/such/file']),
    'active_key': (['1'], ['', '0', '9', 'x']),
    'anti_replay': (['time', 'monotonic'], ['', 'never']),
    'time_window': number(1, 300),
    'mode': (['enforce', 'permissive', 'receive-only'], ['', 'off']),
}

GROUP = {
    '': (['192.168.0.202', '192.168.0.202 80', '192.168.0.202-210 80', '192.168.0.202-192.168.0.210 80', '192.168.1.0/30 80', '2001:db8::a 80',
          '2001:db8::a-f 80', 'fwmark 7', 'fwmark 7 inet'],
         ['fwmark 0xff', '192.168.0.300 80', '192.168.0.202 70000', '192.168.0.210-202 80', '192.168.0.202-300 80', '192.168.1.1/24 80', 'fwmark', 'fwmark x', 'x 80',
          '192.168.0.202 80 TCP', 'fwmark 7 inet5', '192.168.0.202 http', '192.168.0.202:80']),
}

METHODS = (['NAT', 'DR', 'TUN', 'TUN type ipip', 'TUN type gue port 5555', 'TUN type gue port 5555 csum', 'TUN type gre'],
           ['', 'nat', 'ROUTE', 'TUN type gue', 'TUN type x', 'DR type ipip', 'TUN type ipip port 5'])

SERVER_COMMON = {
    'delay_loop': seconds('6', '0.5', bad=('0',)),
    'connect_timeout': seconds('3', '0.25', bad=('0', '4295')),
    'retry': open_number(1),
    'delay_before_retry': seconds('3', '0.25', '0'),
    'warmup': seconds('5', '0'),
    'virtualhost': word('www.example.org'),
    'snmp_name': word('web'),
    'smtp_alert': boolean(),
}

VIRTUAL = {
    'lvs_sched': (['rr', 'wrr', 'lc', 'wlc', 'lblc', 'sh', 'mh', 'dh', 'fo', 'ovf', 'lblcr', 'sed', 'nq', 'twos'], ['', 'RR', 'random']),
    'lb_algo': (['rr', 'wlc'], ['', 'wllc']),
    'flag-1': flag(),
    'flag-2': flag(),
    'flag-3': flag(),
    'sh-port': (['\n    lvs_sched sh'], []),
    'sh-fallback': (['\n    lvs_sched sh'], []),
    'mh-port': (['\n    lvs_sched mh'], []),
    'mh-fallback': (['\n    lvs_sched mh'], []),
    'ops': (['\n    protocol UDP'], ['\n    protocol TCP']),
    'hashed': flag(),
    'lvs_method': METHODS,
    'lb_kind': (['NAT', 'DR', 'TUN'], ['', 'dr', 'ROUTE']),
    'protocol': (['TCP', 'UDP', 'SCTP', 'tcp', 'Udp'], ['', 'ICMP', 'TCP/IP']),
    'persistence_timeout': (['', '1', '50', '2678400'], ['0', '2678401', 'x', '-1', '50s']),
    'persistence_engine': (['sip\n    protocol UDP\n    persistence_timeout 50'], ['', 'a-name-that-is-too-long']),
    'persistence_granularity': (['255.255.255.0\n    persistence_timeout 50'], ['', '24\n    persistence_timeout 50', 'x\n    persistence_timeout 50']),
    'ip_family': (['inet'], ['', 'inet5', 'inet6']),
    'ha_suspend': flag(),
    **SERVER_COMMON,
    'inhibit_on_failure': flag(),
    'alpha': flag(),
    'omega': flag(),
    'quorum': (['1', '2'], ['', '0', 'x', '2000']),
    'hysteresis': (['0', '1\n    quorum 2'], ['', 'x', '-1', '5']),
    'quorum_up': script(),
    'quorum_down': script(),
    'weight': (['1', '2147483647'], ['', '0', 'x', '-1', '2147483648']),
    'sorry_server': (['192.168.0.9', '192.168.0.9 80', '127.0.0.1 80'], ['', 'x 80', '192.168.0.9 70000', '2001:db8::9 80', '192.168.0.9 http']),
    'sorry_server_inhibit': (['\n    sorry_server 192.168.0.9 80'], ['']),
    'sorry_server_lvs_method': (['NAT'], ['', 'x']),
    'real_server': (['10.0.0.3 80 {\n    }', '10.0.0.3 {\n    }'],
                    ['{\n    }', '10.0.0.300 80 {\n    }', '10.0.0.3 70000 {\n    }', '10.0.0.3 http {\n    }', '2001:db8::3 80 {\n    }', '10.0.0.1 80 {\n    }',
                     'web1.example.org 80 {\n    }', '10.0.0.3:80 {\n    }']),
}
# what of the virtual server a line needs itself stands after it, so that it is the last word
VIRTUAL['sorry_server_lvs_method'] = ([], ['', 'x'])

REAL = {
    'weight': (['0', '1', '2147483647'], ['', 'x', '-1', '2147483648', '1.5']),
    'lvs_method': METHODS,
    'lb_kind': ([], ['DR']),
    'uthreshold': open_number(0),
    'lthreshold': open_number(0),
    'inhibit_on_failure': boolean(),
    'alpha': boolean(),
    **SERVER_COMMON,
    'notify_up': script(),
    'notify_down': script(),
    'TCP_CHECK': (['{\n        }', '{ }', '{\n            connect_port 81\n        }'], ['', '{\n            url\n        }', 'now {\n        }']),
    'HTTP_GET': (['{\n            url {\n                path /\n            }\n        }'], ['{\n        }', '{\n            url {\n            }\n        }']),
    'SSL_GET': (['{\n            url {\n                path /\n            }\n        }'], ['{\n        }']),
    'SMTP_CHECK': (['{\n        }', '{\n            helo_name x\n        }'], ['{\n            url /\n        }']),
    'DNS_CHECK': (['{\n        }', '{\n            type A\n            name www.example.org\n        }'], ['{\n            type ANY\n        }']),
    'MISC_CHECK': ([f'{{\n            misc_path {SCRIPT}\n        }}'], ['{\n        }', '{\n            misc_path\n        }', f'{{\n            script {SCRIPT}\n        }}']),
    'UDP_CHECK': (['{\n        }', '{\n            payload 00ff\n            require_reply\n        }'], ['{\n            payload xyz\n        }']),
    'PING_CHECK': (['{\n        }', '{\n            retry 3\n        }'], ['{\n            path /\n        }']),
    'FILE_CHECK': (['{\n            track_file tf\n        }'], ['{\n        }', '{\n            track_file no_such_name\n        }', '{\n            track_file tf\n            dynamic\n        }']),
    'BFD_CHECK': (['{\n            name bf\n        }', '{\n            name bf\n            alpha\n        }'], ['{\n        }', '{\n            name no_such_name\n        }']),
}

PROBE = {
    'retry': open_number(0),
    'delay_before_retry': seconds('3', '0.25', '0'),
    'warmup': seconds('5', '0'),
    'delay_loop': seconds('6', '0.5', bad=('0',)),
    'alpha': boolean(),
    'log_all_failures': boolean(),
}

CONNECTION = {
    'connect_ip': (['10.0.0.9'], ['', 'x', '10.0.0.300']),
    'connect_port': number(1, 65535),
    'bindto': (['192.168.0.2'], ['', 'x', '2001:db8::2']),
    'bind_port': (['1024\n            bindto 192.168.0.2', '1024'], ['', '0', '65536', 'x']),
    'bind_if': (['eth0'], ['', 'no0']),
    'connect_timeout': seconds('3', '0.25', bad=('0',)),
    'fwmark': (['0', '4294967295'], ['', 'x', '-1', '4294967296']),
    **PROBE,
}

HTTP = {
    'url': (['{\n                path /two\n            }'], ['/', '{\n            }']),
    'http_protocol': (['1.0', '1.0C', '1.0c', '1.1'], ['', '2', '1.1C']),
    'virtualhost': word('www.example.org', '"www.example.org"'),
    'enable_sni': boolean(),
    'sni_name': word('www.example.org'),
    'fast_recovery': boolean(),
    'tls_compliant': boolean(),
    'nb_get_retry': open_number(1),
    **CONNECTION,
}

URL = {
    'path': (['/', '/index.html?a=b', '"/with a#hash"', 'index.html'], ['']),
    'digest': (['9b3a0c85a887a256d6939da88aabd8cd'], ['', '9b3a', 'zb3a0c85a887a256d6939da88aabd8cd']),
    'status_code': (['200', '200-299', '200 301-302', '100-599'], ['', '99', '600', 'OK', '299-200', '200,301']),
    'virtualhost': word('www.example.org'),
    'regex': (['"alive"', 'alive', '"still \\"alive\\""', '"a{2}"'], ['', '"(unclosed"', '"alive', '"["']),
    'regex_no_match': (['\n                regex alive', ''], []),
    'regex_options': (['caseless dotall multiline\n                regex alive', 'no_auto_capture\n                regex alive'], ['', 'sensitive\n                regex alive']),
    'regex_min_offset': (['5\n                regex alive'], ['', 'x\n                regex alive']),
    'regex_max_offset': (['500\n                regex alive'], ['', 'x\n                regex alive']),
    'regex_stack': (['1024 65536\n                regex alive'], ['', '1024\n                regex alive', 'x y\n                regex alive']),
    'tls_compliant': (['', 'off'], ['maybe']),
}

SMTP = {
    'helo_name': word('lb.example.org'),
    'host': (['{\n                connect_ip 10.0.0.9\n            }'], []),
    **CONNECTION,
}

DNS = {
    'type': (['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY', 'a', 'Mx'], ['', 'ANY']),
    'name': (['www.example.org', '.', 'example.org.'], ['', 'www..example.org']),
    **CONNECTION,
}

MISC = {
    'misc_path': script(),
    'misc_timeout': open_number(1),
    'misc_dynamic': flag(),
    'user': (['root', 'nobody nogroup'], ['', 'no-such-user']),
    **PROBE,
}

UDP = {
    'payload': (['00ff', '"00 ff"', '0'], ['', 'xyz']),
    'require_reply': (['', '00xx', '"0f Xx"'], ['zz']),
    'min_reply_length': number(0, 65535),
    'max_reply_length': number(0, 65535),
    **CONNECTION,
}

FILE = {
    'track_file': (['tf'], ['', 'no_such_name']),
    'weight': (['0', '5', '-5 reverse', '2147483647'], ['', 'x', '2147483648']),
    'dynamic': ([], ['']),
}

BFD_CHECK = {
    'name': (['bf'], ['', 'no_such_name']),
    'alpha': boolean(),
}

# ---- what stands around a line ----

SECURE = 'global_defs {\n    script_user root\n    enable_script_security\n}\n'
TRACKED = {
    'chk': 'vrrp_script chk {\n    script /usr/bin/true\n}\n',
    'tf': 'track_file tf {\n    file /etc/passwd\n}\n',
    'tp': 'vrrp_track_process tp {\n    process sshd\n}\n',
    'bf': 'bfd_instance bf {\n    neighbor_ip 192.168.0.20\n}\n',
    'TG': 'track_group TG {\n    group {\n        VI_1\n    }\n}\n',
}


def block(head, rows, indent=''):
    return ''.join([f'{indent}{head} {{\n', *(f'{indent}    {row}\n' for row in rows), f'{indent}}}\n'])


def with_line(usual, line):
    """The usual lines of a block without those whose keywords stand in LINE, and LINE first."""
    have = {row.split()[0] for row in line.split('\n') if row.split()}
    same = {'interfaces': 'interface', 'lb_algo': 'lvs_sched', 'lb_kind': 'lvs_method', 'neighbour_ip': 'neighbor_ip'}
    have |= {same[word] for word in have if word in same}
    return [line, *(row for row in usual if row.split()[0] not in have)]


def vrrp_instance(line='', name='VI_1', vrid=51, interface='eth0', address='192.168.0.200/24'):
    usual = ['state BACKUP', f'interface {interface}', f'virtual_router_id {vrid}', 'priority 100',
             f'virtual_ipaddress {{\n        {address}\n    }}']
    rows = with_line(usual, line) if line else usual
    return block(f'vrrp_instance {name}', rows)


def virtual_server(line='', real=''):
    usual = ['delay_loop 5', 'lvs_sched wlc', 'lvs_method NAT', 'protocol TCP']
    rows = with_line(usual, line) if line else usual
    return block('virtual_server 192.168.0.200 80',
                 [*rows, 'real_server 10.0.0.1 80 {\n' + (f'        {real}\n' if real else '') + '    }',
                  'real_server 10.0.0.2 80 {\n    }'])


def check(name, usual=()):
    return lambda line: virtual_server(real=block(name, with_line(usual, line), '        ').strip())


def url(line):
    return virtual_server(real='HTTP_GET {\n            url {\n' + ''.join(
        f'                {row}\n' for row in with_line(['path /'], line)) + '            }\n        }')


def after_all(kind, usual, tail):
    return lambda line: block(kind, with_line(usual, line)) + tail()


VI_2 = dict(name='VI_2', vrid=52, interface='eth1', address='192.168.1.200/24')


def tracking(name):
    """A VRRP instance that tracks something, after what is tracked."""
    return lambda: vrrp_instance(f'{name[0]} {{\n        {name[1]}\n    }}')


# block -> (its table, how a file is made of a line)
SETTINGS = {
    'root': (ROOT, lambda line: line + '\n' + vrrp_instance() + vrrp_instance(**VI_2) + virtual_server()),
    'global_defs': (GLOBAL, lambda line: block('global_defs', [line]) + vrrp_instance() + virtual_server()),
    'SSL': (SSL, lambda line: block('SSL', [line]) + virtual_server()),
    'vrrp_script': (VRRP_SCRIPT, after_all('vrrp_script chk', [f'script {SCRIPT}'], tracking(('track_script', 'chk')))),
    'vrrp_track_process': (TRACK_PROCESS, after_all('vrrp_track_process tp', ['process sshd'], tracking(('track_process', 'tp')))),
    'track_file': (TRACK_FILE, after_all('track_file tf', ['file /etc/passwd'], tracking(('track_file', 'tf')))),
    'bfd_instance': (BFD, after_all('bfd_instance bf', ['neighbor_ip 192.168.0.20'], tracking(('track_bfd', 'bf')))),
    'vrrp_sync_group': (SYNC_GROUP, after_all('vrrp_sync_group SG', ['group {\n        VI_1\n        VI_2\n    }'],
                                              lambda: vrrp_instance() + vrrp_instance(**VI_2))),
    'garp_group': (GARP_GROUP, after_all('garp_group', ['garp_interval 0.1', 'interface eth1'], vrrp_instance)),
    'vrrp_instance': (INSTANCE, vrrp_instance),
    'auth_hmac': (HMAC, lambda line: vrrp_instance(block('auth_hmac', with_line(
        ['active_key 1'], line) + ['key 1 "0123456789abcdef0123456789abcdef"'], '    ').strip())),
    'virtual_server_group': (GROUP, lambda line: block('virtual_server_group VG', [line]) + virtual_server().replace(
        'virtual_server 192.168.0.200 80', 'virtual_server group VG')),
    'virtual_server': (VIRTUAL, virtual_server),
    'real_server': (REAL, lambda line: virtual_server(real=line)),
    'TCP_CHECK': (CONNECTION, check('TCP_CHECK')),
    'HTTP_GET': (HTTP, check('HTTP_GET', ['url {\n                path /\n            }'])),
    'SSL_GET': (HTTP, check('SSL_GET', ['url {\n                path /\n            }'])),
    'url': (URL, url),
    'SMTP_CHECK': (SMTP, check('SMTP_CHECK')),
    'DNS_CHECK': (DNS, check('DNS_CHECK')),
    'MISC_CHECK': (MISC, check('MISC_CHECK', [f'misc_path {SCRIPT}'])),
    'UDP_CHECK': (UDP, check('UDP_CHECK')),
    'PING_CHECK': ({**CONNECTION}, check('PING_CHECK')),
    'FILE_CHECK': (FILE, check('FILE_CHECK', ['track_file tf'])),
    'BFD_CHECK': (BFD_CHECK, check('BFD_CHECK', ['name bf'])),
}


def around(block_name, text):
    """What TEXT refers to, before it."""
    needed = [SECURE] if SCRIPT in text or 'script' in text else []
    words = set(text.replace('{', ' ').split())
    for name, definition in TRACKED.items():
        if name in words and definition.split('{')[0] + '{' not in text:
            needed.append(definition)
    if needed and needed[0] == SECURE and block_name == 'global_defs' and 'script_user' in text:
        needed = needed[1:]
    return ''.join(needed) + text


def files():
    """(name, text) of every file; names are unique."""
    for block_name, (table, make) in SETTINGS.items():
        for keyword, (good, bad) in table.items():
            for kind, arguments in (('good', good), ('bad', bad)):
                for i, argument in enumerate(arguments, 1):
                    line = f'{keyword} {argument}'.strip()
                    yield f'{block_name}/{keyword or "entry"}/{kind}-{i}', around(block_name, make(line))


def keywords():
    """(block, keyword) of everything in the tables."""
    return [(name, keyword) for name, (table, _) in SETTINGS.items() for keyword in table]
