/* SPDX-License-Identifier: Apache-2.0 */
/* Who else is on the segment: see census.h. Called by listener.c, adverts.c and the engine. */
#include "vrrp/census.h"

#include <stdio.h>
#include <string.h>

#include "vrrp/iface.h"
#include "vrrp/listener.h"
#include "vrrp/router.h"

void vrrp_census_init(struct vrrp_census *c)
{
	const struct log_limit limit = { .burst = 10, .per = span_s(60) };

	*c = (struct vrrp_census){ .unknown_limit = limit, .foreign_limit = limit };
}

static struct seen_row *note(struct vrrp_engine *engine, const struct vrrp_iface *iface,
	struct seen_row *row, bool *is_new)
{
	memcpy(row->ifname, iface->name, sizeof(row->ifname) - 1);
	engine->census.is_dirty = true;
	vrrp_engine_publish_soon(engine);
	return seen_note(&engine->census.seen, row, mono_now(), is_new);
}

void vrrp_census_unknown(struct vrrp_listener *l, const struct vrrp_datagram *d, uint8_t vrid)
{
	struct seen_row row = { .source = d->source,
		.vrid = vrid,
		.version = d->message[0] >> 4,
		.priority = d->message[2] };
	struct vrrp_census *c = &l->iface->engine->census;
	char source[ADDR_TEXT_BYTES];
	bool is_new;

	if (!vrid)
		return;
	note(l->iface->engine, l->iface, &row, &is_new);
	if (is_new && c->is_loud)
		log_limited(&c->unknown_limit, LOG_LEVEL_NOTICE,
			"interface %s: virtual router %u, which is not configured here, is "
			"advertised by %s with priority %u",
			l->iface->name, vrid, addr_format(&d->source, source), row.priority);
}

/* Somebody took our number for addresses of his own: the two will not come to terms. */
static void say_foreign(struct vrrp_router *r, const struct seen_row *row)
{
	char source[ADDR_TEXT_BYTES], reason[128];

	snprintf(reason, sizeof(reason),
		"%s advertises other addresses as virtual router %u with priority %u",
		addr_format(&row->source, source), row->vrid, row->priority);
	log_limited(&r->engine->census.foreign_limit, LOG_LEVEL_WARNING, "instance %s: %s",
		r->conf->name, reason);
	role_event(r->engine->ctx, "foreign", r->conf->name, "", "", reason);
}

void vrrp_census_known(struct vrrp_router *r, const struct vrrp_advert *advert)
{
	struct seen_row row = { .source = advert->source,
		.vrid = r->conf->vrid,
		.version = r->conf->version,
		.priority = advert->priority,
		.is_ours = true,
		.is_foreign = !advert->is_list_equal };
	bool is_new;

	note(r->engine, r->iface, &row, &is_new);
	if (is_new && row.is_foreign)
		say_foreign(r, &row);
}

void vrrp_census_publish(struct vrrp_census *c)
{
	for (uint32_t i = 0; c->is_dirty && c->page && i < SEEN_ROWS; i++) {
		if (c->seen.is_dirty[i])
			page_write(c->page, i, &c->seen.rows[i]);
		c->seen.is_dirty[i] = false;
	}
	c->is_dirty = false;
}
