# SPDX-License-Identifier: Apache-2.0
# keepd itself: the parent and its helpers, and keepctl.

# Everything but main(), so that tests can link it.
noinst_LIBRARIES += libkeepd.a
libkeepd_a_SOURCES = \
	keepd/child.c keepd/child.h \
	keepd/conf_test.c keepd/conf_test.h \
	keepd/control.c keepd/control.h \
	keepd/dump.c keepd/dump.h \
	keepd/dump_write.c \
	keepd/fifo_open.c keepd/fifo_open.h \
	keepd/fifo_queue.c keepd/fifo_queue.h \
	keepd/fifos.c keepd/fifos.h \
	keepd/explain.c keepd/explain.h \
	keepd/generation.c keepd/generation.h keepd/history.c keepd/history.h \
	keepd/init_files.c keepd/init_files.h \
	keepd/mailer.c keepd/mailer.h \
	keepd/mails.c keepd/mails.h \
	keepd/modules.c keepd/modules.h \
	keepd/netns.c keepd/netns.h \
	keepd/operator.c keepd/operator.h \
	keepd/options.c keepd/options.h \
	keepd/own_scripts.c \
	keepd/parent.c keepd/parent.h \
	keepd/pidfile.c keepd/pidfile.h \
	keepd/reader.c keepd/reader.h \
	keepd/reload.c keepd/reload.h \
	keepd/rundir.c keepd/rundir.h \
	keepd/runner.c keepd/runner.h \
	keepd/schema.c keepd/schema.h \
	keepd/schema_global.c keepd/schema_rows.h \
	keepd/schema_types.c \
	keepd/script_list.c \
	keepd/script_path.c keepd/script_path.h \
	keepd/script_queue.c keepd/script_queue.h \
	keepd/scripts.c \
	keepd/sd.c keepd/sd.h \
	keepd/smtp.c keepd/smtp.h \
	keepd/spawn.c \
	keepd/status_tracks.c \
	keepd/status.c keepd/status.h keepd/status_groups.c keepd/status_seen.c \
	keepd/stop.c \
	keepd/transaction.c \
	keepd/withdraw.c

sbin_PROGRAMS += keepd/keepd keepd/keepctl
keepd_keepd_SOURCES = keepd/main.c
keepd_keepd_LDADD = libkeepd.a libvrrp.a libwatcher.a libchecker.a libipvs.a libconf.a libcore.a \
	$(NL_LIBS) $(NFTNL_LIBS) $(MNL_LIBS) $(PCRE2_LIBS) $(CRYPTO_LIBS) $(JSON_LIBS) $(CAPNG_LIBS) $(EVENT_LIBS)
keepd_keepctl_SOURCES = keepd/keepctl.c keepd/keepctl.h keepd/keepctl_config.c keepd/keepctl_operator.c keepd/keepctl_vrrp.c
keepd_keepctl_LDADD = libkeepd.a libvrrp.a libwatcher.a libchecker.a libipvs.a libconf.a libcore.a \
	$(NL_LIBS) $(NFTNL_LIBS) $(MNL_LIBS) $(PCRE2_LIBS) $(CRYPTO_LIBS) $(JSON_LIBS) $(CAPNG_LIBS) $(EVENT_LIBS) -lm
