# SPDX-License-Identifier: Apache-2.0
# What the node itself looks like: the watcher.

noinst_LIBRARIES += libwatcher.a
libwatcher_a_SOURCES = \
	watcher/files.c watcher/files.h \
	watcher/main.c watcher/main.h \
	watcher/number.c watcher/number.h \
	watcher/proc_events.c watcher/proc_events.h \
	watcher/process.c watcher/process.h \
	watcher/processes.c watcher/processes.h \
	watcher/schema.c watcher/schema.h \
	watcher/slots.c watcher/slots.h
