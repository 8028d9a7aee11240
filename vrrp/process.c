/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tracked processes: the watcher counts them, this is what is made of the number: enough of them,
 * and not too many, for long enough. A kind of source, see source.h.
 */
#include <stdio.h>

#include "core/conf/conf.h"
#include "vrrp/engine.h"
#include "vrrp/steady.h"

struct vrrp_process_source {
	struct vrrp_source source; /* conf is a struct conf_process */
	struct vrrp_steady steady;
	int64_t number; /* seen last; -1 = none yet */
};

static enum track_result judge(const struct conf_process *c, int64_t number)
{
	bool has_max = conf_is_set(&c->obj, offsetof(struct conf_process, quorum_max));

	if (has_max && number > c->quorum_max)
		return TRACK_DOWN;
	if (has_max && c->quorum_max == 0)
		return TRACK_UP; /* none may run, so none must */
	return number >= c->quorum ? TRACK_UP : TRACK_DOWN;
}

static const struct conf_process *take_delays(struct vrrp_process_source *p)
{
	const struct conf_process *c = (const struct conf_process *)p->source.conf;

	p->steady.delays = (struct track_delays){ .up = c->fork_delay, .down = c->terminate_delay };
	return c;
}

static void on_open(struct vrrp_source *source)
{
	struct vrrp_process_source *p = (struct vrrp_process_source *)source;
	const struct conf_process *c = take_delays(p);
	struct watch_slot slot;

	p->number = -1;
	vrrp_steady_open(&p->steady, source);
	if (!vrrp_watched_find(&source->engine->watched, WATCH_PROCESS, source->id, &slot))
		return;
	p->number = slot.number;
	vrrp_steady_begin(&p->steady, judge(c, slot.number));
}

static void on_seen(struct vrrp_source *source, int64_t number)
{
	struct vrrp_process_source *p = (struct vrrp_process_source *)source;
	char why[48];

	p->number = number;
	snprintf(why, sizeof(why), "%lld of them", (long long)number);
	vrrp_steady_see(&p->steady, judge((const struct conf_process *)source->conf, number), why);
}

/* Another name or other parameters: what is known is of others, until the watcher has counted. */
static void on_change(struct vrrp_source *source, const struct conf_obj *old)
{
	struct vrrp_process_source *p = (struct vrrp_process_source *)source;

	(void)old;
	take_delays(p);
	if (p->number >= 0)
		on_seen(source, p->number);
}

static void on_close(struct vrrp_source *source)
{
	vrrp_steady_close(&((struct vrrp_process_source *)source)->steady);
}

const struct vrrp_source_ops vrrp_process_ops = {
	.bytes = sizeof(struct vrrp_process_source),
	.open = on_open,
	.change = on_change,
	.close = on_close,
	.seen = on_seen,
};
