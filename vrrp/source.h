/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SOURCE_H
#define KEEPD_VRRP_SOURCE_H

/*
 * What is watched on this node: one source for each interface, script, file ... that somebody
 * tracks. A kind of source is a row of the table in source.c; this file gives sources life from the
 * configuration and tells those who track one, and nobody else, that it is different.
 */

#include "vrrp/schema.h"
#include "vrrp/track.h"

struct vrrp_engine;
struct vrrp_source;
struct vrrp_tracking;

/* A kind of source. */
struct vrrp_source_ops {
	size_t bytes; /* of a struct that begins with struct vrrp_source */
	/*
	 * It is there from now on; conf is set, the struct is zeroed else. What is known already is
	 * set in `is`, not reported. What can never be watched is fatal().
	 */
	void (*open)(struct vrrp_source *s);
	/* A reload: conf is the new one. May be NULL. */
	void (*change)(struct vrrp_source *s, const struct conf_obj *old);
	/* Nobody wants it any more; frees what open() took, not the struct. May be NULL. */
	void (*close)(struct vrrp_source *s);
	/* The table of interfaces and addresses changed: report what is different. May be NULL. */
	void (*links)(struct vrrp_source *s);
	/* Another process saw this number (watched.h): report what follows. May be NULL. */
	void (*seen)(struct vrrp_source *s, int64_t number);
};

/* One entry in somebody's list. */
struct vrrp_use {
	struct vrrp_use *next;
	struct vrrp_tracking *of;
	struct vrrp_source *source;
	const struct track *track; /* in its list */
};

struct vrrp_source {
	struct track_source is; /* what trackers see */
	struct vrrp_source *next;
	struct vrrp_engine *engine;
	const struct conf_obj *conf;	 /* of its block; NULL: has none, or not any more */
	const struct conf_obj *old_conf; /* while a reload is applied */
	uint64_t id;			 /* of its name, the same over restarts */
	char *name;			 /* of one that has no block; owned */
	struct vrrp_use *users;
	mono_t since;  /* of the result */
	mono_t looked; /* the last look began then, if that is known ... */
	span_t took;   /* ... and took so long */
	char why[48];  /* what the last look found */
	uint32_t slot; /* in the page of trackers ... */
	bool is_shown; /* ... if it has a place there */
};

struct vrrp_sources {
	struct vrrp_source *lists[TRACK_KIND_COUNT];
	struct vrrp_tracking *dirty; /* something they track is different */
	unsigned holds;		     /* nobody is told */
};

/*
 * The configuration, in two steps around those who track: first sources are made and changed, then
 * those that are in it no longer are freed. In between nobody is told of changes: who takes a new
 * list sees what is.
 */
void vrrp_sources_take(struct vrrp_engine *engine, const struct vrrp_conf *conf);
void vrrp_sources_sweep(struct vrrp_engine *engine);
void vrrp_sources_free(struct vrrp_engine *engine);

/* Interfaces or addresses changed. */
void vrrp_sources_links(struct vrrp_engine *engine);

/* Several reports that are told at once, at the end. They nest. */
void vrrp_sources_hold(struct vrrp_engine *engine);
void vrrp_sources_release(struct vrrp_engine *engine);

/* The one of that name, made if its kind has no blocks; NULL: there is none. */
struct vrrp_source *vrrp_source_find(
	struct vrrp_engine *engine, enum track_kind kind, const char *name);

/* It is different: log, event, and those who track it are told. Why: "exit status 1", may be "". */
void vrrp_source_report(struct vrrp_source *s, enum track_result result, const char *why);
/* The same for one with parts or a number. Of kind and name only the result and numbers count. */
void vrrp_source_report_as(
	struct vrrp_source *s, const struct track_source *result, const char *why);

/* A number was seen of the one with this id, if there is one. */
void vrrp_source_seen(
	struct vrrp_engine *engine, enum track_kind kind, uint64_t id, int64_t number);

/* Rows of the table. */
extern const struct vrrp_source_ops vrrp_interface_ops; /* interface.c */
extern const struct vrrp_source_ops vrrp_script_ops;	/* script.c */
extern const struct vrrp_source_ops vrrp_file_ops;	/* file.c */
extern const struct vrrp_source_ops vrrp_process_ops;	/* process.c */
extern const struct vrrp_source_ops vrrp_bfd_ops;	/* bfd_source.c */

#endif
