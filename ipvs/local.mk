# SPDX-License-Identifier: Apache-2.0
noinst_LIBRARIES += libipvs.a
libipvs_a_SOURCES = \
	ipvs/ipvs.c ipvs/ipvs.h \
	ipvs/table.c ipvs/table.h \
	ipvs/plan.c ipvs/plan.h \
	ipvs/kernel.h \
	ipvs/sync.c ipvs/sync.h \
	ipvs/writer.c ipvs/writer.h \
	ipvs/fake.c ipvs/fake.h \
	ipvs/genl.c ipvs/genl.h
