/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_SCHEMA_H
#define KEEPD_CORE_CONF_SCHEMA_H

/*
 * The configuration language as tables. One row says everything there is to say about a keyword:
 * how it is written, what it may be, where its value goes, what a reload may do with it, and what
 * the manual says. Parser, rules, printer, diff, manual page and boundary tests are walks over
 * these tables; no keyword is described twice. The rows themselves stand with the module they
 * belong to: vrrp/schema.c, checker/schema.c, checker/check_*.c, keepd/schema.c.
 *
 * Typed objects: each block of the language has a C struct whose first member is struct conf_obj.
 * They live in the arena of their struct conf and are const once it is validated.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf_block;
struct conf_type;
struct conf_file;

/* Where a word stands in the files the user wrote. */
struct conf_pos {
	const struct conf_file *file;
	uint32_t line, col; /* from 1; 0 = nowhere (a default) */
};

#define CONF_ROWS_MAX 128 /* rows of one block, positional arguments included */

/* The head of every typed object. */
struct conf_obj {
	const struct conf_block *block;
	struct conf_obj *parent; /* NULL for a section */
	struct conf_pos pos;
	/* Row i was written in the file: neither inherited nor a default. */
	uint64_t set[CONF_ROWS_MAX / 64];
};

/* The objects (or words) of a row that may stand more than once, in the order of the file. */
struct conf_list {
	void **items;
	size_t count;
};

/* What a reload may do with a changed value. */
enum conf_scope {
	CONF_LIVE,	   /* taken over while the object runs */
	CONF_RESTART,	   /* this object starts anew */
	CONF_RESTART_ROLE, /* the process starts anew */
	CONF_FIXED,	   /* not changeable by a reload: an error */
};

enum conf_state {
	CONF_WORKS,
	/*
	 * Read, checked and printed as any other, but not built yet: an error at start and reload
	 * where ignoring it could change who owns an address, which packets are accepted or where
	 * traffic goes ...
	 */
	CONF_LATER,
	/* ... a warning only for logging, mail, SNMP and tuning. */
	CONF_LATER_OK,
	CONF_OBSOLETE, /* accepted; the warning says what to write instead */
	CONF_REFUSED,  /* an error that says why and what to do instead */
};

enum conf_tier {
	CONF_TIER_A, /* nearly every deployment */
	CONF_TIER_B, /* commonly used */
	CONF_TIER_C, /* rare */
	CONF_TIER_D, /* deprecated */
};

enum conf_row_flags {
	CONF_REQUIRED = 1 << 0,
	/* The field is a struct conf_list. */
	CONF_REPEATS = 1 << 1,
	/* Part of the identity of the object, by which a diff pairs it. */
	CONF_KEY = 1 << 2,
	/*
	 * Where not written: the value of the row of that name (and type) in the nearest enclosing
	 * block in which it is written, else the default. At the outermost level: in the blocks
	 * that stand there once, NAME_SECTION (smtp_alert: smtp_alert_vrrp) before the row of that
	 * name or SECTION_NAME (garp_master_delay: vrrp_garp_master_delay).
	 */
	CONF_INHERIT = 1 << 3,
	/* A keyword of keepd's, unknown to keepalived. */
	CONF_OWN = 1 << 4,
	/* Masked wherever people read it. */
	CONF_SECRET = 1 << 5,
	/*
	 * A positional argument that may be missing; of a number row: the keyword alone stands for
	 * the text in param.
	 */
	CONF_OPTIONAL_ARG = 1 << 6,
	/* Written by keepd between its own processes only. */
	CONF_GENERATED = 1 << 7,
	/* The block exists, with its defaults, even if it is not written. */
	CONF_ALWAYS = 1 << 8,
	/* An argument of a line that may stand anywhere in it: a word that is no option of the
	   line. */
	CONF_FLOATS = 1 << 9,
	/* An option of a line that is printed in front of such arguments. */
	CONF_LEADS = 1 << 10,
	/* A list whose entries are also taken, with a warning, where they stand beside it. */
	CONF_STRAYS = 1 << 11,
};

struct conf_row {
	const char *name;	/* the canonical keyword; for an argument its name in the manual */
	const char *aliases;	/* further spellings, space-separated, silently accepted */
	const char *deprecated; /* further spellings that earn a warning */
	const struct conf_type *type; /* how the value is written, checked, printed, compared */
	const void *param;	      /* of the type: enum words, sub-block, ... */
	uint32_t offset;	      /* of the field in the block's struct */
	int64_t min, max;	      /* in the type's own unit; 0, 0 = as the type allows */
	const char *unit;	      /* for the manual: "seconds" */
	const char *dflt;	      /* the default as it would be written; NULL = none */
	enum conf_scope scope;
	enum conf_tier tier;
	enum conf_state state;
	unsigned flags;
	const char *instead; /* for OBSOLETE, REFUSED, LATER: the remedy */
	const char *doc;     /* one or two sentences for the manual */
	/*
	 * What may stand there, where the examples of the type are not enough; several are
	 * separated by newlines. For the sample file and for the tests made from the tables.
	 */
	const char *example;
};

/* A keyword that is refused or obsolete: its arguments and its block are skipped. */
#define CONF_ROW_NONE(word, how, level, remedy)                                                    \
	{                                                                                          \
		.name = (word), .type = &conf_type_none, .state = (how), .tier = (level),          \
		.instead = (remedy)                                                                \
	}

struct conf_rules; /* collects errors; conf.h */

struct conf_block {
	const char *name;	     /* "virtual_server" */
	size_t size;		     /* of the C struct */
	const struct conf_row *args; /* positional, after the keyword: rows 0 .. arg_count-1 */
	size_t arg_count;
	const struct conf_row *rows; /* inside the braces: rows arg_count .. */
	size_t row_count;
	/*
	 * false: `keyword ARGS { rows }`. true: all of it stands on one line: the arguments, then
	 * rows as `name value`. Such a line is an entry of a list as virtual_ipaddress
	 * (conf_type_lines), or stands behind its keyword (conf_type_line).
	 */
	bool is_line;
	/* Rules inside one object, after defaults and inheritance; may be NULL. Errors go to r. */
	void (*check)(struct conf_obj *obj, struct conf_rules *r);
	const char *doc;
};

/* An enum in the language: words in the order of the values 0 .. n-1, ended by NULL. */
struct conf_words {
	const char *const *words; /* NULL entries in between are not allowed */
	bool ignore_case;
};

/* A number some of whose values have names; ended by a NULL name. */
struct conf_name {
	const char *name;
	uint32_t value;
};

/* A user and perhaps a group, by name. */
struct conf_user {
	const char *name;  /* NULL = none */
	const char *group; /* NULL = the user's primary group */
};

/* A script with its arguments and the user it runs as (both resolved by the conf process). */
struct conf_script {
	const char *command;  /* as written, quotes removed once; NULL = none */
	const char *user;     /* never NULL when command is set; "root" only if the file says so */
	const char *group;    /* NULL = the user's primary group */
	uint64_t id;	      /* the same for the same command, user and group; 0 = none */
	bool is_default_user; /* no user was written */
};

/*
 * The types. The field's C type stands behind each; `param` as noted.
 * A new kind of value is a new type: read, print, equal in one place (types.c).
 */
/* clang-format off */
extern const struct conf_type conf_type_flag;	  /* bool; the keyword alone, or BOOL */
extern const struct conf_type conf_type_switch;	  /* bool; an option of a line: the keyword alone */
extern const struct conf_type conf_type_u32;	  /* uint32_t */
extern const struct conf_type conf_type_u8;	  /* uint8_t */
extern const struct conf_type conf_type_u16;	  /* uint16_t */
extern const struct conf_type conf_type_i32;	  /* int32_t */
extern const struct conf_type conf_type_span;	  /* span_t; decimal seconds, or 250ms 5s 2m; min, max in us */
extern const struct conf_type conf_type_string;	  /* const char * */
extern const struct conf_type conf_type_ifname;	  /* const char *, 1..15 bytes */
extern const struct conf_type conf_type_addr;	  /* struct addr */
extern const struct conf_type conf_type_prefix;	  /* struct conf_prefix; ADDR[/LEN] */
extern const struct conf_type conf_type_enum;	  /* uint32_t; param: struct conf_words */
extern const struct conf_type conf_type_choice;	  /* const char *, one of; param: struct conf_words */
/* uint32_t; param: struct conf_words. The keyword alone is 1, followed by word i it is i + 2. */
extern const struct conf_type conf_type_option;
extern const struct conf_type conf_type_named;	  /* uint32_t; param: struct conf_name[] */
extern const struct conf_type conf_type_user;	  /* struct conf_user; USER [[:]GROUP] */
extern const struct conf_type conf_type_script;	  /* struct conf_script */
extern const struct conf_type conf_type_id;	  /* uint64_t, hexadecimal; generated text only */
extern const struct conf_type conf_type_ranges;	  /* struct conf_list of struct conf_range: "200 301-302" */
extern const struct conf_type conf_type_regex;	  /* const char *, script-line quoting with escapes */
extern const struct conf_type conf_type_block;	  /* param: struct conf_block; a pointer, or with
						     CONF_REPEATS a struct conf_list of pointers */
extern const struct conf_type conf_type_lines;	  /* { LINE ... }; param: struct conf_block with is_line; a
						     conf_list. A block of one argument and no rows: several
						     entries may share a line */
extern const struct conf_type conf_type_line;	  /* `lvs_sync_daemon eth0 id 5`; param: struct conf_block with
						     is_line; a pointer, or with CONF_REPEATS a conf_list of
						     pointers. In a line (nexthop of a route) it takes all words
						     that are arguments or options of its own */
extern const struct conf_type conf_type_verb;	  /* uint32_t; param: struct conf_words, which are the spellings
						     of the keyword: `blackhole`. The name of the row is printed
						     nowhere; its aliases are the words */
extern const struct conf_type conf_type_weight;	  /* struct conf_weight; N [reverse|noreverse] */
extern const struct conf_type conf_type_strings;  /* struct conf_list of const char *: the words up to the end
						     of the line */
/* `none`: the row exists to be refused, warned about or announced; its arguments are skipped. */
extern const struct conf_type conf_type_none;
/* clang-format on */

/* What a tracked object adds to a priority. */
struct conf_weight {
	int32_t value; /* 0: a failure is a fault */
	bool is_reverse;
};

struct conf_range {
	uint32_t first, last;
};

#include "core/addr.h"

struct conf_prefix {
	struct addr addr;
	uint8_t len; /* as written, else 32 or 128 */
};

/*
 * A section is what one module adds to the language: the rows at the outermost level and their
 * struct. Several sections may have a block of the same name (global_defs): a keyword inside is
 * looked up in each. A role parses and is given the text of its own sections only.
 */
struct conf_section {
	const char *name; /* "vrrp", "checker", "keepd" */
	const struct conf_block *root;
	/* Rules across the objects of the section; may be NULL. */
	void (*check)(struct conf_obj *root, struct conf_rules *r);
	/* Is there anything for the role to do? */
	bool (*is_empty)(const struct conf_obj *root);
	/* Whom do scripts run as that name no user? May be NULL; asked before the rules. */
	struct conf_user (*script_user)(const struct conf_obj *root);
};

#endif
