# SPDX-License-Identifier: Apache-2.0
# The configuration language: reading, tables, printing, comparing.

noinst_LIBRARIES += libconf.a
libconf_a_SOURCES = \
	core/conf/bytes.h \
	core/conf/common.c core/conf/common.h core/conf/common_process.c \
	core/conf/compare.c \
	core/conf/conf.c core/conf/conf.h \
	core/conf/diff.c \
	core/conf/doc.h \
	core/conf/doc_explain.c \
	core/conf/doc_json.c \
	core/conf/doc_man.c \
	core/conf/doc_row.c \
	core/conf/doc_sample.c \
	core/conf/doc_text.c \
	core/conf/doc_value.c \
	core/conf/doc_walk.c core/conf/doc_walk.h \
	core/conf/expand.c core/conf/expand.h \
	core/conf/finding.h \
	core/conf/include.c core/conf/include.h \
	core/conf/index.c core/conf/index.h \
	core/conf/line.c core/conf/line.h \
	core/conf/names.c core/conf/names.h \
	core/conf/near.c \
	core/conf/object.c \
	core/conf/param.c core/conf/param.h \
	core/conf/parse.c core/conf/parse_line.c \
	core/conf/prepare.c core/conf/prepare.h \
	core/conf/print.c \
	core/conf/report.c core/conf/report.h core/conf/report_print.c \
	core/conf/rules.c core/conf/rules.h \
	core/conf/schema.h \
	core/conf/scope.c core/conf/scope.h \
	core/conf/sequence.c core/conf/sequence.h \
	core/conf/source.c core/conf/source.h core/conf/source_file.c \
	core/conf/tree.c core/conf/tree.h \
	core/conf/types.c core/conf/types.h \
	core/conf/types_list.c core/conf/types_none.c core/conf/types_option.c \
	core/conf/types_number.c core/conf/types_text.c \
	core/conf/value.h \
	core/conf/words.c core/conf/words.h
