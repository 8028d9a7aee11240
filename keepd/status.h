/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_STATUS_H
#define KEEPD_KEEPD_STATUS_H

/*
 * The state of everything as one JSON object, read from the state pages; what `keepctl status
 * --json` prints. Keys are stable: new ones may come, old ones keep their meaning.
 */

#include "vrrp/slot.h"

struct json;
struct page;
struct parent;

/* Caller frees. */
struct json *status_json(struct parent *p);

/* Of that: who advertises on our links. status_seen.c; caller frees. */
struct json *status_seen_json(const struct page *page);
/* status_groups.c: adds to the list of groups what the slot of a member says of its group. */
void status_add_group(struct json *groups, const struct vrrp_slot *s);

/* status_tracks.c: a copy of what stands in the page of trackers. Caller frees. */
struct status_tracks;
struct status_tracks *status_tracks_read(const struct page *page);
void status_tracks_free(struct status_tracks *t);
/* All that is tracked; what an instance or a group tracks. Caller frees. */
struct json *status_trackers(const struct status_tracks *t);
struct json *status_tracks_of(const struct status_tracks *t, const char *owner, bool is_group);

#endif
