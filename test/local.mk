# SPDX-License-Identifier: Apache-2.0
# Tests. A unit test is test/unit/test_MODULE.c with a make_suite(), and one line in unit_tests below.

keepd_libs = libkeepd.a libvrrp.a libchecker.a libipvs.a libconf.a libcore.a \
	$(NL_LIBS) $(MNL_LIBS) $(PCRE2_LIBS) $(CRYPTO_LIBS) $(JSON_LIBS) $(CAPNG_LIBS) $(EVENT_LIBS)

unit_tests = \
	test/unit/test_keepd_reload

if HAVE_CHECK
check_PROGRAMS += $(unit_tests)
endif

unit_main = test/unit/main.c
unit_ldadd = $(keepd_libs) $(CHECK_LIBS)
AM_CFLAGS += $(CHECK_CFLAGS)

test_unit_test_keepd_reload_SOURCES = test/unit/test_keepd_reload.c $(unit_main)
test_unit_test_keepd_reload_LDADD = $(unit_ldadd)

dist_check_SCRIPTS = test/unit/includes

# Run by test/all and by hand from the tree; they need root and a kernel of their own.
EXTRA_DIST += test/all test/demo test/lib test/lab test/vm test/golden test/fuzz .ci
