# SPDX-License-Identifier: Apache-2.0
# Tests. A unit test is test/unit/test_MODULE.c with a make_suite(), and one line in unit_tests below.

keepd_libs = libkeepd.a libvrrp.a libwatcher.a libchecker.a libipvs.a libconf.a libcore.a \
	$(NL_LIBS) $(NFTNL_LIBS) $(MNL_LIBS) $(PCRE2_LIBS) $(CRYPTO_LIBS) $(JSON_LIBS) $(CAPNG_LIBS) $(EVENT_LIBS)

# Against core alone: the linker shows that it knows nothing of what is above it.
core_tests = \
	test/unit/test_core_addr \
	test/unit/test_core_err \
	test/unit/test_core_json \
	test/unit/test_core_log \
	test/unit/test_core_loop \
	test/unit/test_core_memfd \
	test/unit/test_core_mono \
	test/unit/test_core_msg \
	test/unit/test_core_page \
	test/unit/test_core_priv \
	test/unit/test_core_priv_drop \
	test/unit/test_core_proc \
	test/unit/test_core_role \
	test/unit/test_core_script_run \
	test/unit/test_core_tuning

unit_tests = \
	test/unit/test_checker_http_parse \
	test/unit/test_checker_match \
	test/unit/test_checker_model \
	test/unit/test_checker_probe \
	test/unit/test_checker_reconcile \
	test/unit/test_checker_schedule \
	test/unit/test_checker_schema \
	test/unit/test_checker_sync \
	test/unit/test_checker_verdict \
	test/unit/test_conf_compare \
	test/unit/test_conf_diff \
	test/unit/test_conf_doc \
	test/unit/test_conf_expand \
	test/unit/test_conf_golden \
	test/unit/test_conf_read \
	test/unit/test_conf_rows \
	test/unit/test_conf_source \
	test/unit/test_conf_words \
	test/unit/test_ipvs_plan \
	test/unit/test_ipvs_writer \
	test/unit/test_keepd_dump \
	test/unit/test_keepd_fifo \
	test/unit/test_keepd_history \
	test/unit/test_keepd_options \
	test/unit/test_keepd_reload \
	test/unit/test_keepd_rundir \
	test/unit/test_keepd_runner \
	test/unit/test_keepd_script_queue \
	test/unit/test_vrrp_bfd_packet \
	test/unit/test_vrrp_bfd_session \
	test/unit/test_keepd_smtp \
	test/unit/test_vrrp_fsm \
	test/unit/test_vrrp_lateness \
	test/unit/test_vrrp_group \
	test/unit/test_vrrp_group_pair \
	test/unit/test_vrrp_icmp \
	test/unit/test_vrrp_iproute \
	test/unit/test_vrrp_nft \
	test/unit/test_vrrp_notify \
	test/unit/test_vrrp_object \
	test/unit/test_vrrp_packet \
	test/unit/test_vrrp_ah \
	test/unit/test_vrrp_parts \
	test/unit/test_vrrp_peers \
	test/unit/test_vrrp_schema \
	test/unit/test_vrrp_source \
	test/unit/test_vrrp_track \
	test/unit/test_vrrp_vmac \
	test/unit/test_watcher \
	test/unit/test_watcher_process

if HAVE_CHECK
check_LIBRARIES = test/unit/libunit.a
check_PROGRAMS += $(core_tests) $(unit_tests)
endif

AM_CFLAGS += $(CHECK_CFLAGS)
test_unit_libunit_a_SOURCES = test/unit/main.c test/unit/unit.h

# What a program without lines of its own is made of: PROGRAM.c, and these.
LDADD = test/unit/libunit.a $(keepd_libs) $(CHECK_LIBS)

core_ldadd = test/unit/libunit.a libcore.a $(JSON_LIBS) $(CAPNG_LIBS) $(EVENT_LIBS) $(CHECK_LIBS)
test_unit_test_core_addr_LDADD = $(core_ldadd)
test_unit_test_core_err_LDADD = $(core_ldadd)
test_unit_test_core_json_LDADD = $(core_ldadd)
test_unit_test_core_log_LDADD = $(core_ldadd)
test_unit_test_core_loop_LDADD = $(core_ldadd)
test_unit_test_core_memfd_LDADD = $(core_ldadd)
test_unit_test_core_mono_LDADD = $(core_ldadd)
test_unit_test_core_msg_LDADD = $(core_ldadd)
test_unit_test_core_page_LDADD = $(core_ldadd)
test_unit_test_core_priv_LDADD = $(core_ldadd)
test_unit_test_core_priv_drop_LDADD = $(core_ldadd)
test_unit_test_core_proc_LDADD = $(core_ldadd)
test_unit_test_core_role_LDADD = $(core_ldadd)
test_unit_test_core_script_run_LDADD = $(core_ldadd)

conf_text = test/unit/conf_text.c test/unit/conf_text.h
conf_random = $(conf_text) test/unit/conf_random.c test/unit/conf_random.h
test_unit_test_checker_schema_SOURCES = test/unit/test_checker_schema.c $(conf_text)
test_unit_test_conf_compare_SOURCES = test/unit/test_conf_compare.c $(conf_text)
test_unit_test_conf_diff_SOURCES = test/unit/test_conf_diff.c $(conf_text)
test_unit_test_conf_doc_SOURCES = test/unit/test_conf_doc.c $(conf_text)
test_unit_test_conf_golden_SOURCES = test/unit/test_conf_golden.c $(conf_text)
test_unit_test_conf_read_SOURCES = test/unit/test_conf_read.c $(conf_text)
test_unit_test_vrrp_iproute_SOURCES = test/unit/test_vrrp_iproute.c $(conf_text)
test_unit_test_conf_rows_SOURCES = test/unit/test_conf_rows.c $(conf_random)
test_unit_test_vrrp_object_SOURCES = test/unit/test_vrrp_object.c $(conf_text)
test_unit_test_vrrp_vmac_SOURCES = test/unit/test_vrrp_vmac.c $(conf_text)
test_unit_test_vrrp_schema_SOURCES = test/unit/test_vrrp_schema.c $(conf_random)

# Each fuzz target twice: for libFuzzer, and as a program that replays its seeds with any compiler.
if FUZZ
noinst_PROGRAMS += test/fuzz/fuzz_advert
endif
check_PROGRAMS += test/fuzz/replay_advert
test_fuzz_fuzz_advert_SOURCES = test/fuzz/fuzz_advert.c
test_fuzz_fuzz_advert_LDADD = libvrrp.a libcore.a $(CRYPTO_LIBS)
test_fuzz_fuzz_advert_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
test_fuzz_replay_advert_SOURCES = test/fuzz/fuzz_advert.c test/fuzz/replay.c
test_fuzz_replay_advert_LDADD = libvrrp.a libcore.a $(CRYPTO_LIBS)

if FUZZ
noinst_PROGRAMS += test/fuzz/fuzz_bfd
endif
check_PROGRAMS += test/fuzz/replay_bfd
test_fuzz_fuzz_bfd_SOURCES = test/fuzz/fuzz_bfd.c
test_fuzz_fuzz_bfd_LDADD = libvrrp.a libcore.a
test_fuzz_fuzz_bfd_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
test_fuzz_replay_bfd_SOURCES = test/fuzz/fuzz_bfd.c test/fuzz/replay.c
test_fuzz_replay_bfd_LDADD = libvrrp.a libcore.a

if FUZZ
noinst_PROGRAMS += test/fuzz/fuzz_icmp
endif
check_PROGRAMS += test/fuzz/replay_icmp
test_fuzz_fuzz_icmp_SOURCES = test/fuzz/fuzz_icmp.c
test_fuzz_fuzz_icmp_LDADD = libvrrp.a libcore.a
test_fuzz_fuzz_icmp_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
test_fuzz_replay_icmp_SOURCES = test/fuzz/fuzz_icmp.c test/fuzz/replay.c
test_fuzz_replay_icmp_LDADD = libvrrp.a libcore.a

if FUZZ
noinst_PROGRAMS += test/fuzz/fuzz_http
endif
check_PROGRAMS += test/fuzz/replay_http
test_fuzz_fuzz_http_SOURCES = test/fuzz/fuzz_http.c
test_fuzz_fuzz_http_LDADD = libchecker.a
test_fuzz_fuzz_http_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
test_fuzz_replay_http_SOURCES = test/fuzz/fuzz_http.c test/fuzz/replay.c
test_fuzz_replay_http_LDADD = libchecker.a

if FUZZ
noinst_PROGRAMS += test/fuzz/fuzz_smtp
endif
check_PROGRAMS += test/fuzz/replay_smtp
test_fuzz_fuzz_smtp_SOURCES = test/fuzz/fuzz_smtp.c
test_fuzz_fuzz_smtp_LDADD = libkeepd.a libcore.a
test_fuzz_fuzz_smtp_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
test_fuzz_replay_smtp_SOURCES = test/fuzz/fuzz_smtp.c test/fuzz/replay.c
test_fuzz_replay_smtp_LDADD = libkeepd.a libcore.a

# The simulator; without arguments it is a test.
check_PROGRAMS += test/sim/sim
test_sim_sim_SOURCES = \
	test/sim/invariants.c test/sim/invariants.h \
	test/sim/main.c \
	test/sim/net.c test/sim/net.h \
	test/sim/node.c test/sim/node.h \
	test/sim/rng.h \
	test/sim/scenario.c test/sim/scenario.h \
	test/sim/shrink.c test/sim/shrink.h \
	test/sim/sut.c test/sim/sut.h \
	test/sim/world.c test/sim/world.h
test_sim_sim_LDADD = libvrrp.a libcore.a $(CRYPTO_LIBS)

# IPVS against a real kernel; the lab runs it in its machine.
noinst_PROGRAMS += test/lab/ipvs_real
test_lab_ipvs_real_SOURCES = test/lab/ipvs_real.c
test_lab_ipvs_real_LDADD = libipvs.a libcore.a $(NL_LIBS) $(JSON_LIBS) $(CAPNG_LIBS) $(EVENT_LIBS)

if FUZZ
noinst_PROGRAMS += test/fuzz/fuzz_conf
endif
check_PROGRAMS += test/fuzz/replay_conf
test_fuzz_fuzz_conf_SOURCES = test/fuzz/fuzz_conf.c
test_fuzz_fuzz_conf_LDADD = $(keepd_libs)
test_fuzz_fuzz_conf_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
test_fuzz_replay_conf_SOURCES = test/fuzz/fuzz_conf.c test/fuzz/replay.c
test_fuzz_replay_conf_LDADD = $(keepd_libs)

dist_check_SCRIPTS = test/unit/samples-are-read test/unit/includes test/unit/docs-name-tests test/unit/manual-is-fresh

# Run by test/all and by hand from the tree; they need root and a kernel of their own. Folders are copied from the
# source tree alone: EXTRA_DIST would take what was built in folders of the same name along.
from_tree = test/all test/demo test/lib test/compat test/lab test/vm test/golden test/fuzz .ci

dist-hook:
	(cd $(srcdir) && tar -cf - --exclude=__pycache__ --exclude='*.o' --exclude=.deps --exclude=.dirstamp $(from_tree)) | \
		(cd $(distdir) && tar -xf -)
