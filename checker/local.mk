# SPDX-License-Identifier: Apache-2.0
# Checks and pools.

noinst_LIBRARIES += libchecker.a
libchecker_a_SOURCES = \
	checker/schema.c checker/schema.h \
	checker/schema_check.c checker/schema_check.h
