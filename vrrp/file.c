/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tracked files: the watcher reads them, this is what is made of the number. A kind of source, see
 * source.h.
 */
#include "vrrp/engine.h"
#include "vrrp/source.h"

static void on_open(struct vrrp_source *s)
{
	struct watch_slot slot;

	if (vrrp_watched_find(&s->engine->watched, WATCH_FILE, s->id, &slot))
		track_source_number(&s->is, slot.number);
}

static void on_seen(struct vrrp_source *s, int64_t number)
{
	struct track_source now = { .kind = TRACK_FILE };

	track_source_number(&now, number);
	vrrp_source_report_as(s, &now, "");
}

const struct vrrp_source_ops vrrp_file_ops = {
	.bytes = sizeof(struct vrrp_source), .open = on_open, .seen = on_seen
};
