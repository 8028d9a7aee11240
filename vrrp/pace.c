/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Budgets of announcements by link. Called by announcer.c.
 */
#include "vrrp/pace.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/exit.h"

static void *grown(void *array, size_t count, size_t bytes)
{
	void *p = reallocarray(array, count, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory for the pace of announcements");
	return p;
}

static size_t add_budget(struct pace *p, span_t arp, span_t na)
{
	p->budgets = grown(p->budgets, p->budget_count + 1, sizeof(*p->budgets));
	p->budgets[p->budget_count] =
		(struct pace_budget){ .gap = { [PACE_ARP] = arp, [PACE_NA] = na } };
	return p->budget_count++;
}

static void add_link(struct pace *p, const char *name, size_t budget)
{
	if (p->link_count == p->room) {
		p->room = p->room ? 2 * p->room : 8;
		p->links = grown(p->links, p->room, sizeof(*p->links));
	}
	p->links[p->link_count] = (struct pace_link){ .budget = budget };
	strncpy(p->links[p->link_count++].name, name, LINK_NAME_BYTES - 1);
}

void pace_take(struct pace *p, const struct vrrp_conf *conf)
{
	pace_free(p);
	p->gap[PACE_ARP] = conf->global->garp_interval;
	p->gap[PACE_NA] = conf->global->gna_interval;
	for (size_t i = 0; i < conf->garp_groups.count; i++) {
		const struct vrrp_garp_group_conf *g = conf->garp_groups.items[i];
		size_t budget = add_budget(p, g->garp_interval, g->gna_interval);

		if (g->interface)
			add_link(p, g->interface, budget);
		for (size_t n = 0; n < g->interfaces.count; n++) {
			const struct vrrp_interface_conf *one = g->interfaces.items[n];

			add_link(p, one->name, budget);
		}
	}
}

void pace_free(struct pace *p)
{
	free(p->budgets);
	free(p->links);
	*p = (struct pace){ 0 };
}

struct pace_budget *pace_budget(struct pace *p, const char *link)
{
	for (size_t i = 0; i < p->link_count; i++)
		if (!strcmp(p->links[i].name, link))
			return &p->budgets[p->links[i].budget];
	if (!p->gap[PACE_ARP].us && !p->gap[PACE_NA].us)
		return NULL;
	add_link(p, link, add_budget(p, p->gap[PACE_ARP], p->gap[PACE_NA]));
	return &p->budgets[p->budget_count - 1];
}
