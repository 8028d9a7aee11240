/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State pages to JSON. The pages were written by other processes, one of which may have died: every
 * number is range-checked before it picks a word. See status.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "checker/slot.h"
#include "core/json.h"
#include "keepd/fifos.h"
#include "keepd/parent.h"
#include "keepd/schema.h"
#include "keepd/status.h"
#include "vrrp/bfd_slot.h"
#include "vrrp/slot.h"

static double since(int64_t us)
{
	return mono_to_wall((mono_t){ us });
}

/* ---- instances ---- */

static struct json *peers_json(const struct vrrp_slot *s)
{
	struct json *list = json_new_array();
	char text[ADDR_TEXT_BYTES];

	for (size_t i = 0; i < VRRP_PEERS_MAX; i++) {
		const struct vrrp_peer *p = &s->peers[i];
		struct json *j;

		if (!addr_is_set(&p->address))
			continue;
		j = json_new_object();
		json_set_string(j, "address", addr_format(&p->address, text));
		if (p->heard_us) {
			json_set_double(j, "heard", since(p->heard_us));
			json_set_int(j, "priority", p->priority);
			json_set_string(j, "checksum", vrrp_sum_key(p->sum));
		}
		json_append(list, j);
	}
	return list;
}

static void add_election(const struct vrrp_slot *s, struct json *j)
{
	json_set_bool(j, "nopreempt", s->nopreempt);
	json_set_bool(j, "handed_over", s->has_handed_over);
	json_set_double(j, "down_interval", span_seconds(span_us(s->down_int_us)));
	json_set_double(j, "skew", span_seconds(span_us(s->skew_us)));
	if (s->group[0])
		json_set_string(j, "group", s->group);
	if (s->group_waits_for[0])
		json_set_string(j, "group_waits_for", s->group_waits_for);
}

/* Of timers: how many were served within each of these times, and the worst. */
static struct json *lateness_json(const struct vrrp_slot *s)
{
	static const char *const within[VRRP_LATENESS_BUCKETS] = { "within_1ms", "within_10ms",
		"within_100ms", "within_1s", "within_10s", "later" };
	struct json *j = json_new_object();

	for (unsigned i = 0; i < VRRP_LATENESS_BUCKETS; i++)
		json_set_int(j, within[i], (int64_t)s->lateness[i]);
	json_set_double(j, "worst", span_seconds(span_us(s->lateness_worst_us)));
	return j;
}

static struct json *instance_json(const struct vrrp_slot *s)
{
	struct json *j = json_new_object(), *errors = json_new_object();
	char text[ADDR_TEXT_BYTES];

	json_set_string(j, "name", s->name);
	json_set_string(j, "interface", s->ifname);
	if (s->vmac[0])
		json_set_string(j, "vmac", s->vmac);
	json_set_string(j, "family", s->family == AF_INET6 ? "inet6" : "inet");
	json_set_int(j, "vrid", s->vrid);
	json_set_int(j, "version", s->version);
	json_set_double(j, "advert_interval", span_seconds(span_us(s->advert_int_us)));
	json_set_string(j, "state", vrrp_state_word(s->state));
	json_set_double(j, "since", since(s->since_us));
	json_set_string(j, "previous", vrrp_state_word(s->previous));
	json_set_string(j, "reason", s->tracker[0] ? s->tracker : vrrp_reason_words(s->reason));
	json_set_string(j, "reason_key", vrrp_reason_key(s->reason));
	json_set_int(j, "priority", s->priority);
	json_set_int(j, "priority_base", s->priority_base);
	add_election(s, j);
	json_set_int(j, "addresses", s->vips);
	json_set_int(j, "addresses_present", s->vips_present);
	json_set_int(j, "routes", s->routes);
	json_set_int(j, "routes_present", s->routes_present);
	json_set_int(j, "rules", s->rules);
	json_set_int(j, "rules_present", s->rules_present);
	json_set_string(j, "source", addr_format(&s->source, text));
	json_set_string(j, "peer", addr_format(&s->peer, text));
	json_set_int(j, "peer_priority", s->peer_priority);
	if (s->peer_heard_us)
		json_set_double(j, "peer_heard", since(s->peer_heard_us));
	if (s->peer_int_us)
		json_set_double(j, "peer_interval", span_seconds(span_us(s->peer_int_us)));
	if (s->peer_sum)
		json_set_string(j, "peer_checksum", vrrp_sum_key(s->peer_sum));
	if (s->preempt_us)
		json_set_double(j, "preempt_delay_until", since(s->preempt_us));
	json_set(j, "peers", peers_json(s));
	json_set_int(j, "transitions", (int64_t)s->transitions);
	json_set_int(j, "adverts_sent", (int64_t)s->sent);
	json_set_int(j, "adverts_received", (int64_t)s->received);
	json_set_int(j, "became_active", (int64_t)s->became_active);
	json_set_int(j, "rivals", (int64_t)s->rivals);
	json_set_int(j, "send_errors", (int64_t)s->send_errors);
	json_set_int(j, "announcements", (int64_t)s->announcements);
	json_set_int(j, "repairs", (int64_t)s->repairs);
	json_set_int(j, "late_adverts", (int64_t)s->late_adverts);
	json_set(j, "timer_lateness", lateness_json(s));
	for (unsigned i = VRRP_DROP_NONE + 1; i < VRRP_DROP_COUNT; i++)
		json_set_int(errors, vrrp_drop_key(i), (int64_t)s->errors[i]);
	json_set(j, "errors", errors);
	return j;
}

/* Texts of another process end where they must, or the slot is not shown. */
static bool is_sound(const struct vrrp_slot *s)
{
	return s->vrid && memchr(s->name, '\0', sizeof(s->name)) &&
	       memchr(s->tracker, '\0', sizeof(s->tracker)) &&
	       memchr(s->ifname, '\0', sizeof(s->ifname)) &&
	       memchr(s->vmac, '\0', sizeof(s->vmac)) && memchr(s->group, '\0', sizeof(s->group)) &&
	       memchr(s->group_waits_for, '\0', sizeof(s->group_waits_for));
}

/* What a vrrp child that is not wanted any more left in its page is of no interest. */
static void add_instances(
	const struct page *page, const struct status_tracks *tracks, bool is_wanted, struct json *j)
{
	struct json *list = json_new_array(), *groups = json_new_array(), *one;
	struct vrrp_slot s;

	for (uint32_t i = 0; is_wanted && i < VRRP_SLOTS && page_read(page, i, &s); i++)
		if (is_sound(&s)) {
			one = instance_json(&s);
			json_set(one, "tracks", status_tracks_of(tracks, s.name, false));
			json_append(list, one);
			if (s.group[0])
				status_add_group(groups, &s);
		}
	for (size_t i = 0; i < json_count(groups); i++) {
		one = json_at(groups, i);
		json_set(one, "tracks",
			status_tracks_of(tracks, json_get_string(one, "name"), true));
	}
	json_set(j, "instances", list);
	json_set(j, "groups", groups);
}

static void add_vrrp(struct parent *p, struct json *j)
{
	bool is_wanted = p->committed.text[ROLE_VRRP] >= 0;
	struct status_tracks *tracks = status_tracks_read(&p->pages[PAGE_TRACK]);

	add_instances(&p->pages[PAGE_VRRP], tracks, is_wanted, j);
	json_set(j, "trackers", is_wanted ? status_trackers(tracks) : json_new_array());
	status_tracks_free(tracks);
}

/* ---- BFD ---- */

static struct json *bfd_neighbor_json(const struct bfd_session *s)
{
	struct json *j = json_new_object();

	json_set_string(j, "state", bfd_state_word(s->remote_state));
	json_set_string(j, "diagnostic", bfd_diag_words(s->remote_diag));
	json_set_int(j, "discriminator", s->yours);
	json_set_int(j, "multiplier", s->remote_multiplier);
	json_set_double(j, "min_tx", span_seconds(s->remote_desired_tx));
	json_set_double(j, "min_rx", span_seconds(s->remote_required_rx));
	json_set_bool(j, "demand", s->remote_demand);
	if (s->heard.us)
		json_set_double(j, "heard", since(s->heard.us));
	return j;
}

static struct json *bfd_json(const struct bfd_slot *b)
{
	static const char *const verdicts[] = { "unknown", "up", "down" };
	const struct bfd_session *s = &b->session;
	struct json *j = json_new_object(), *errors = json_new_object();
	char text[ADDR_TEXT_BYTES];

	json_set_string(j, "name", b->name);
	json_set_string(j, "neighbor_ip", addr_format(&b->neighbor, text));
	json_set_string(j, "source_ip", addr_format(&b->source, text));
	json_set_int(j, "source_port", b->port);
	json_set_bool(j, "multihop", b->is_multihop);
	json_set_string(j, "state", bfd_state_word(s->state));
	json_set_double(j, "since", since(s->since.us));
	json_set_string(j, "diagnostic", bfd_diag_words(s->diag));
	json_set_string(
		j, "result", s->verdict <= BFD_VERDICT_DOWN ? verdicts[s->verdict] : "unknown");
	json_set_bool(j, "resumed", b->is_resumed);
	json_set_int(j, "discriminator", s->mine);
	json_set_int(j, "multiplier", b->multiplier);
	json_set_double(j, "tx_interval", span_seconds(bfd_session_tx_interval(s)));
	json_set_double(j, "detection_time", span_seconds(bfd_session_detection_time(s)));
	json_set_bool(j, "polling", s->polls != 0);
	json_set(j, "neighbor", bfd_neighbor_json(s));
	json_set_int(j, "came_up", (int64_t)b->came_up);
	json_set_int(j, "went_down", (int64_t)b->went_down);
	json_set_int(j, "packets_sent", (int64_t)b->sent);
	json_set_int(j, "packets_received", (int64_t)b->received);
	json_set_int(j, "send_errors", (int64_t)b->send_errors);
	for (unsigned i = BFD_DROP_NONE + 1; i < BFD_DROP_COUNT; i++)
		json_set_int(errors, bfd_drop_key(i), (int64_t)b->drops[i]);
	json_set(j, "errors", errors);
	return j;
}

static struct json *bfds_json(const struct page *page, bool is_wanted)
{
	struct json *list = json_new_array();
	struct bfd_slot s;

	for (uint32_t i = 0; is_wanted && i < BFD_SLOTS && page_read(page, i, &s); i++)
		if (s.name[0] && memchr(s.name, '\0', sizeof(s.name)))
			json_append(list, bfd_json(&s));
	return list;
}

/* ---- pools: a server names its pool by id, a check its server ---- */

struct by_id {
	uint64_t id;
	struct json *list; /* where children go; borrowed */
};

struct index {
	struct by_id *rows;
	size_t count, room;
};

static void index_add(struct index *x, uint64_t id, struct json *list)
{
	if (x->count == x->room) {
		size_t room = x->room ? 2 * x->room : 64;
		struct by_id *rows = realloc(x->rows, room * sizeof(*rows));

		if (!rows)
			return;
		x->rows = rows;
		x->room = room;
	}
	x->rows[x->count++] = (struct by_id){ id, list };
}

static int by_id_cmp(const void *a, const void *b)
{
	uint64_t x = ((const struct by_id *)a)->id, y = ((const struct by_id *)b)->id;

	return (x > y) - (x < y);
}

static void index_sort(struct index *x)
{
	if (x->count)
		qsort(x->rows, x->count, sizeof(*x->rows), by_id_cmp);
}

static struct json *index_find(const struct index *x, uint64_t id)
{
	const struct by_id key = { .id = id };
	const struct by_id *row =
		x->count ? bsearch(&key, x->rows, x->count, sizeof(*x->rows), by_id_cmp) : NULL;

	return row ? row->list : NULL;
}

static struct json *pool_json(const struct pool_slot *s, struct json **servers)
{
	char text[IPVS_KEY_TEXT_BYTES], addr[ENDPOINT_TEXT_BYTES];
	struct json *j = json_new_object();

	json_set_string(j, "service", ipvs_service_key_format(&s->key, text));
	json_set_string(j, "state", s->has_quorum ? "up" : "down");
	json_set_double(j, "since", since(s->since_us));
	json_set_int(j, "quorum", s->quorum);
	json_set_int(j, "hysteresis", s->hysteresis);
	json_set_int(j, "alive_weight", (int64_t)s->alive_weight);
	json_set_string(j, "scheduler",
		memchr(s->scheduler, '\0', sizeof(s->scheduler)) ? s->scheduler : "");
	json_set_string(j, "method",
		s->method <= IPVS_TUN ? ipvs_method_name((enum ipvs_method)s->method) : "");
	*servers = json_new_array();
	json_set(j, "servers", *servers);
	if (s->has_sorry) {
		struct json *sorry = json_new_object();

		json_set_string(sorry, "address", endpoint_format(&s->sorry, addr));
		json_set_bool(sorry, "in_use", s->is_sorry_in_use);
		json_set(j, "sorry_server", sorry);
	}
	return j;
}

static struct json *server_json(const struct server_slot *s, struct json **checks)
{
	char addr[ENDPOINT_TEXT_BYTES], reason[CHECK_REASON_BYTES];
	struct json *j = json_new_object();

	json_set_string(j, "address", endpoint_format(&s->endpoint, addr));
	json_set_string(j, "state", s->is_up ? "up" : "down");
	json_set_double(j, "since", since(s->since_us));
	json_set_int(j, "weight", s->weight);
	json_set_int(j, "weight_configured", s->weight_configured);
	json_set_bool(j, "present", s->is_present);
	json_set_string(j, "reason", check_reason_format(&s->reason, reason));
	*checks = json_new_array();
	json_set(j, "checks", *checks);
	return j;
}

static struct json *check_json(const struct check_slot *s)
{
	static const char *const outcomes[] = { "ok", "failed", "unknown" };
	char addr[ENDPOINT_TEXT_BYTES], reason[CHECK_REASON_BYTES];
	const struct check_type *type = check_type_get(s->type);
	struct json *j = json_new_object();

	json_set_string(j, "type", type ? type->keyword : "unknown");
	json_set_string(j, "target", endpoint_format(&s->target, addr));
	json_set_string(j, "result", outcomes[check_outcome(&s->last.result)]);
	json_set_string(j, "reason", check_reason_format(&s->last.result, reason));
	if (s->last.last_at_us)
		json_set_double(j, "at", since(s->last.last_at_us));
	json_set_double(j, "duration", (double)s->last.result.duration_us / 1e6);
	json_set_int(j, "ok_total", (int64_t)s->last.ok_total);
	json_set_int(j, "failed_total", (int64_t)s->last.failed_total);
	json_set_int(j, "failed_run", s->last.failed_run);
	return j;
}

static const char *kernel_words(const struct kernel_slot *k)
{
	static const char *const words[] = {
		[KERNEL_UNKNOWN] = "not asked yet",
		[KERNEL_OK] = "as configured",
		[KERNEL_MISSING] = "this kernel has no IPVS (modprobe ip_vs)",
		[KERNEL_FAILED] = "could not be written; trying again",
	};

	return k->state < sizeof(words) / sizeof(words[0]) ? words[k->state] : "unknown";
}

/* Slots of one kind; parents are looked up in `above`, own lists go to `own`. */
static void add_slots(const struct page *page, enum checker_slot_kind kind, struct json *top,
	const struct index *above, struct index *own)
{
	struct checker_slot s;

	for (uint32_t i = 0; i < CHECKER_SLOTS && page_read(page, i, &s); i++) {
		struct json *into = top, *list = NULL, *j;

		if (s.kind != (uint32_t)kind)
			continue;
		if (kind == CHECKER_SLOT_SERVER)
			into = index_find(above, s.server.pool);
		else if (kind == CHECKER_SLOT_CHECK)
			into = index_find(above, s.check.server);
		if (!into)
			continue;
		j = kind == CHECKER_SLOT_POOL	  ? pool_json(&s.pool, &list)
		    : kind == CHECKER_SLOT_SERVER ? server_json(&s.server, &list)
						  : check_json(&s.check);
		json_append(into, j);
		if (list && own)
			index_add(own, s.id, list);
	}
	if (own)
		index_sort(own);
}

static void add_kernel(const struct page *page, struct json *j)
{
	struct checker_slot s;

	for (uint32_t i = 0; i < CHECKER_SLOTS && page_read(page, i, &s); i++) {
		if (s.kind != CHECKER_SLOT_KERNEL)
			continue;
		json_set_string(j, "ipvs", kernel_words(&s.kernel));
		json_set_int(j, "ipvs_repaired", (int64_t)s.kernel.repaired);
		json_set_int(j, "ipvs_foreign", s.kernel.foreign);
		return;
	}
}

static const char *sync_words(const struct sync_slot *s)
{
	static const char *const words[] = {
		[SYNC_OFF] = "off",
		[SYNC_OK] = "as configured",
		[SYNC_WAITS] = "waiting for its instance",
		[SYNC_NO_LINK] = "waiting for its interface",
		[SYNC_FAILED] = "could not be started; trying again",
	};

	return s->state < sizeof(words) / sizeof(words[0]) ? words[s->state] : "unknown";
}

static void add_sync(const struct page *page, struct json *j)
{
	struct json *sync;
	struct checker_slot s;

	for (uint32_t i = 0; i < CHECKER_SLOTS && page_read(page, i, &s); i++) {
		if (s.kind != CHECKER_SLOT_SYNC || s.sync.state == SYNC_OFF ||
			!memchr(s.sync.interface, '\0', sizeof(s.sync.interface)))
			continue;
		sync = json_new_object();
		json_set_string(sync, "state", sync_words(&s.sync));
		json_set_bool(sync, "master", s.sync.is_master);
		json_set_bool(sync, "backup", s.sync.is_backup);
		json_set_string(sync, "interface", s.sync.interface);
		json_set_int(sync, "id", s.sync.id);
		json_set_double(sync, "since", since(s.sync.since_us));
		json_set(j, "sync_daemon", sync);
		return;
	}
}

static void add_pools(const struct page *page, struct json *j)
{
	struct json *pools = json_new_array();
	struct index by_pool = { 0 }, by_server = { 0 };

	add_slots(page, CHECKER_SLOT_POOL, pools, NULL, &by_pool);
	add_slots(page, CHECKER_SLOT_SERVER, NULL, &by_pool, &by_server);
	add_slots(page, CHECKER_SLOT_CHECK, NULL, &by_server, NULL);
	free(by_pool.rows);
	free(by_server.rows);
	json_set(j, "pools", pools);
}

/* ---- processes ---- */

static struct json *processes_json(const struct parent *p)
{
	struct json *list = json_new_array();

	for (unsigned i = 0; i < CHILD_MAX; i++) {
		const struct child *c = &p->children[i];
		struct json *j;
		char name[80];

		if (c->state == CHILD_OFF)
			continue;
		j = json_new_object();
		json_set_string(j, "role", child_name(c, name, sizeof(name)));
		json_set_string(j, "state", child_state_name(c->state));
		json_set_int(j, "pid", c->pid);
		json_set_int(j, "restarts", c->restarts);
		json_append(list, j);
	}
	return list;
}

/* As people named this node, else as the host is named. */
static void add_router_id(const struct parent *p, struct json *j)
{
	const struct keepd_conf *own = p->committed.own ? (const struct keepd_conf *)conf_root(
								  p->committed.own, &keepd_section)
							: NULL;
	struct utsname host;

	if (own && own->global->router_id)
		json_set_string(j, "router_id", own->global->router_id);
	else if (uname(&host) == 0)
		json_set_string(j, "router_id", host.nodename);
}

struct json *status_json(struct parent *p)
{
	struct json *j = json_new_object();

	add_router_id(p, j);
	json_set_int(j, "generation", (int64_t)p->committed.number);
	json_set(j, "maintenance", maintenance_json(p));
	add_vrrp(p, j);
	json_set(j, "bfd", bfds_json(&p->pages[PAGE_BFD], p->committed.text[ROLE_VRRP] >= 0));
	json_set(j, "routers_seen", status_seen_json(&p->pages[PAGE_SEEN]));
	if (p->committed.text[ROLE_CHECKER] >= 0) {
		add_kernel(&p->pages[PAGE_CHECKER], j);
		add_sync(&p->pages[PAGE_CHECKER], j);
		add_pools(&p->pages[PAGE_CHECKER], j);
	} else {
		json_set(j, "pools", json_new_array());
	}
	json_set(j, "pipes", fifos_json(p->fifos));
	json_set(j, "processes", processes_json(p));
	return j;
}
