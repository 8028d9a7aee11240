# SPDX-License-Identifier: Apache-2.0
"""What is not a matter of keywords: blanks, quotes, comments, braces, parameters, conditions, sequences."""

HEAD = 'vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 51\n'
VIPS = '    virtual_ipaddress {\n        192.168.0.200/24\n    }\n'
TAIL = '}\n'


def instance(line='', vips=VIPS):
    return HEAD + (f'    {line}\n' if line else '') + vips + TAIL


def addresses(*lines):
    return instance(vips='    virtual_ipaddress {\n' + ''.join(f'        {line}\n' for line in lines) + '    }\n')


GOOD = {
    'all on separate lines': 'vrrp_instance\nVI_1\n'.replace('\nVI_1', ' VI_1') + '{\n' + instance()[len('vrrp_instance VI_1 {\n'):],
    'closing braces together': HEAD + '    virtual_ipaddress { 192.168.0.200/24 }}\n',
    'list on one line': 'global_defs {\n    notification_email { root@localhost admin@localhost }\n}\n' + instance(),
    'blank lines and trailing blanks': instance().replace('\n', '   \n\n'),
    'comment after a value': instance('priority 100 # not 101'),
    'comment without a blank': instance('priority 100#not 101'),
    'other comment': instance('priority 100 ! not 101'),
    'comment sign in quotes': 'global_defs {\n    router_id "a#b!c"\n}\n' + instance(),
    'comment sign escaped': 'global_defs {\n    router_id a\\#b\\!c\n}\n' + instance(),
    'braces in quotes': 'global_defs {\n    router_id "a{b}c"\n}\n' + instance(),
    'apostrophe is a character': "global_defs {\n    router_id it's\n}\n" + instance(),
    'quotes around a number': instance('priority "100"'),
    'quotes around a name': instance().replace('VI_1', '"VI 1"'),
    'carriage returns': instance().replace('\n', '\r\n'),
    'parameter': '$P=100\n' + instance('priority $P'),
    'parameter in braces': '$P=10\n' + instance('priority ${P}0'),
    'parameter in quotes': '$P=lb\nglobal_defs {\n    router_id "${P} 1"\n}\n' + instance(),
    'parameter of a parameter': '$P=$Q\n$Q=100\n' + instance('priority $P'),
    'parameter defined again': '$P=1\n$P=100\n' + instance('priority $P'),
    'parameter that is empty': '$P=\n' + instance('priority 100 $P'),
    'parameter of several lines': '$P= \\\n    priority 100 \\\n    advert_int 2\n\n' + instance('$P'),
    'parameter with a block': '$P= \\\n    virtual_ipaddress { \\\n        192.168.0.7 \\\n    }\n\n' + instance('$P', vips=''),
    'parameter in a parameter of several lines': '$A=7\n$P= \\\n    192.168.0.$A \\\n    192.168.0.8\n\n' + addresses('$P'),
    'predefined parameters': 'global_defs {\n    router_id ${_INSTANCE}\n    random_seed 7\n}\n' + instance('priority ${_RANDOM 10 20}'),
    'folder of the file': f'include ${{_PWD}}/part.inc\n{instance()}',
    'hash and bang': 'global_defs {\n    router_id "a${_HASH}b${_BANG}"\n}\n' + instance(),
    'environment': 'global_defs {\n    router_id "x${_ENV PATH}"\n}\n' + instance(),
    'condition that holds not': instance('@no-such-host priority 700'),
    'condition turned round': instance('@^no-such-host priority 70'),
    'condition before a definition': '@no-such-host $P=700\n@^no-such-host $P=70\n' + instance('priority $P'),
    'condition with nothing': instance('@no-such-host'),
    'sequence': addresses('~SEQ(i, 1, 2, 9) 192.168.0.$i'),
    'sequence of three numbers': addresses('~SEQ(i, 1, 5) 192.168.0.$i'),
    'sequence downwards': addresses('~SEQ(i, 9, -2, 1) 192.168.0.${i}'),
    'sequence to a number': addresses('~SEQ(i, 5) 192.168.0.$i'),
    'sequence in hexadecimal': instance('version 3', vips='    virtual_ipaddress {\n        fe80::1\n        ~SEQx(i, 9, 17) 2001:db8::$i\n    }\n'),
    'sequence with parameters': '$N=5\n' + addresses('~SEQ(i, 1, $N) 192.168.0.$i'),
    'sequences inside one another': addresses('~SEQ(i, 0, 1) ~SEQ(j, 1, 3) 192.168.0.${i}${j}'),
    'list of values': addresses('~LST(i, 1, 5, 9) 192.168.0.$i'),
    'list of pairs': addresses('~LST({i,l}, {1,one}, {2,two}) 192.168.0.$i label eth0:$l'),
    'line of 900 bytes': instance('# ' + 'x' * 900),
}

BAD = {
    'quote not closed': instance('notify_master "/usr/bin/true'),
    'quote in the middle': instance('priority 1"00"'),
    'brace in a value': 'global_defs {\n    router_id a{b\n}\n' + instance(),
    'parameter that is not defined': instance('priority ${P}'),
    'parameter that is not defined, without braces': instance('priority $P'),
    'parameter that is not defined, in quotes': 'global_defs {\n    router_id "a${NOPE}"\n}\n' + instance(),
    'parameter that is not defined, in an empty place': instance('nopreempt ${P}'),
    'parameter that is not closed': 'global_defs {\n    router_id "a${P"\n}\n' + instance(),
    'parameter with blanks around the sign': '$P = 100\n' + instance('priority $P'),
    'parameter that begins with a digit': '$1P=100\n' + instance('priority $1P'),
    'parameter of itself': '$P=$P\n' + instance('priority $P'),
    'parameters of one another': '$P=$Q\n$Q=$P\n' + instance('priority $P'),
    'sequence with a step of 0': addresses('~SEQ(i, 1, 0, 9) 192.168.0.$i'),
    'sequence in the wrong direction': addresses('~SEQ(i, 9, 1, 1) 192.168.0.$i'),
    'sequence without numbers': addresses('~SEQ(i) 192.168.0.$i'),
    'sequence not closed': addresses('~SEQ(i, 1, 3 192.168.0.$i'),
    'sequence of words': addresses('~SEQ(i, a, c) 192.168.0.$i'),
    'list without values': addresses('~LST(i) 192.168.0.$i'),
    'list with a value too many': addresses('~LST({i,l}, {1,one,more}) 192.168.0.$i label eth0:$l'),
    'only a comment': '# nothing\n',
    'nothing': '',
    'zero bytes': instance('priority 1\0000'),
    'brace too many': instance() + '}\n',
    'brace before everything': '{\n' + instance(),
    'two keywords on a line': instance('priority 100 state BACKUP'),
    'block on one line': 'vrrp_instance VI_1 { interface eth0 virtual_router_id 51 virtual_ipaddress { 192.168.0.200 } }\n',
    'line of 2000 bytes': instance('notify_master "/usr/bin/true ' + 'x ' * 1000 + '"'),
    'include of itself': 'include x.conf\n' + instance(),
}


def files():
    for kind, table in (('good', GOOD), ('bad', BAD)):
        for name, text in table.items():
            yield f'language/{kind}: {name}'.replace(': ', '/', 1), text
