/* SPDX-License-Identifier: Apache-2.0 */
/* The table of who advertises what: see seen.h. Called by census.c. */
#include "vrrp/seen.h"

#include <string.h>

static bool is_same(const struct seen_row *a, const struct seen_row *b)
{
	return a->vrid == b->vrid && addr_equal(&a->source, &b->source) &&
	       !strncmp(a->ifname, b->ifname, sizeof(a->ifname));
}

/* The row it is in, or could be: rows are taken from the first on, and none is ever freed. */
static uint32_t find(const struct seen *s, const struct seen_row *advert)
{
	uint32_t oldest = 0;

	for (uint32_t i = 0; i < SEEN_ROWS; i++) {
		if (!s->rows[i].vrid || is_same(&s->rows[i], advert))
			return i;
		if (s->rows[i].last_us < s->rows[oldest].last_us)
			oldest = i;
	}
	return oldest;
}

struct seen_row *seen_note(struct seen *s, const struct seen_row *advert, mono_t now, bool *is_new)
{
	uint32_t i = find(s, advert);
	struct seen_row *row = &s->rows[i], was = *row;

	*is_new = !is_same(&was, advert);
	*row = *advert;
	row->first_us = *is_new ? now.us : was.first_us;
	row->last_us = now.us;
	row->count = *is_new ? 1 : was.count + 1;
	s->is_dirty[i] = true;
	return row;
}
