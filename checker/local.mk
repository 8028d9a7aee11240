# SPDX-License-Identifier: Apache-2.0
# Health checks: the checker and the prober.

noinst_LIBRARIES += libchecker.a
libchecker_a_SOURCES = \
	checker/check.h \
	checker/check_http.c \
	checker/check_tcp.c \
	checker/checker.h \
	checker/conf.c checker/conf.h \
	checker/conn.c checker/conn.h \
	checker/follow.c checker/follow.h \
	checker/hash.h \
	checker/http_parse.c checker/http_parse.h \
	checker/idmap.c checker/idmap.h \
	checker/main.c \
	checker/match.c checker/match.h \
	checker/model.c checker/model.h checker/model_build.c \
	checker/notify.c checker/notify.h \
	checker/pool.c checker/pool.h \
	checker/prober.c checker/prober.h \
	checker/question.c checker/question.h \
	checker/reconcile.c checker/reconcile.h \
	checker/registry.c \
	checker/schedule.c checker/schedule.h \
	checker/schema.c checker/schema.h \
	checker/schema_check.c checker/schema_check.h checker/schema_http.c \
	checker/schema_checks.h checker/schema_group.c checker/schema_other_checks.c \
	checker/schema_rows.h checker/schema_rules.c checker/schema_rules_section.c \
	checker/schema_server.c \
	checker/schema_types.c checker/schema_types.h checker/schema_types_check.c \
	checker/schema_types_service.c \
	checker/slot.h \
	checker/slotmap.c checker/slotmap.h \
	checker/sync.c checker/sync.h \
	checker/verdict.c checker/verdict.h
