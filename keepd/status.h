/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_STATUS_H
#define KEEPD_KEEPD_STATUS_H

/*
 * The state of everything as one JSON object, read from the state pages; what `keepctl status
 * --json` prints. Keys are stable: new ones may come, old ones keep their meaning.
 */

struct json;
struct page;
struct parent;

/* Caller frees. */
struct json *status_json(struct parent *p);

/* Of that: who advertises on our links. status_seen.c; caller frees. */
struct json *status_seen_json(const struct page *page);

#endif
