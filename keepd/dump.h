/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_DUMP_H
#define KEEPD_KEEPD_DUMP_H

/*
 * What keepalived writes into files when it gets a signal, in its forms, for programs that read
 * them: keepalived.data, keepalived.stats, keepalived.json. For everything else there is keepctl.
 */

#include <stddef.h>
#include "vrrp/schema.h"
#include "vrrp/slot.h"

enum dump_form {
	DUMP_DATA,
	DUMP_STATS,
	DUMP_JSON,
};

/*
 * The text about all instances of conf for which there is a slot, in the order of conf. version:
 * of DUMP_JSON, 1 (an array) or 2 (an object). Caller frees.
 */
char *dump_text(enum dump_form form, const struct vrrp_conf *conf, const struct vrrp_slot *slots,
	size_t count, unsigned version, size_t *len);

struct parent;

/* A signal asks for the file: a process of its own writes it into the run directory. */
void dump_write(struct parent *p, enum dump_form form);

#endif
