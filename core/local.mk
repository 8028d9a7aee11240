# SPDX-License-Identifier: Apache-2.0
# The foundation: knows nothing of VRRP or LVS.

noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	core/addr.c core/addr.h \
	core/arena.c core/arena.h \
	core/cli.c core/cli.h \
	core/doorbell.c core/doorbell.h \
	core/election.h \
	core/err.c core/err.h \
	core/exit.h \
	core/json.c core/json.h \
	core/log.c core/log.h \
	core/loop.c core/loop.h \
	core/memfd.c core/memfd.h \
	core/mono.c core/mono.h \
	core/msg.c core/msg.h \
	core/page.c core/page.h \
	core/priv.c core/priv.h \
	core/proc.c core/proc.h \
	core/role.c core/role.h \
	core/script_run.c core/script_run.h \
	core/sync.h \
	core/tuning.c core/tuning.h \
	core/watch.h
