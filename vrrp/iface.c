/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interfaces with virtual routers: following them through the kernel's table, receiving, and
 * handing each advert to the router it is for. Called by the engine, the routers, and the loop.
 */
#include "vrrp/iface.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/exit.h"
#include "vrrp/router.h"
#include "vrrp/socket.h"

enum {
	PACKETS_AT_ONCE = 64,
	PACKETS_MAX = 4096, /* more than a full receive buffer has */
	SOCKET_RETRY_MS = 1000,
};

static void close_socket(struct vrrp_iface *iface)
{
	io_close(&iface->io);
	if (iface->fd >= 0)
		close(iface->fd);
	iface->fd = -1;
}

/* ---- receiving ---- */

static void count_stray(struct vrrp_iface *iface, enum vrrp_drop drop)
{
	iface->errors[drop]++;
	iface->is_dirty = true;
	vrrp_engine_publish_soon(iface->engine);
}

static void receive(struct vrrp_iface *iface, const uint8_t *packet, size_t len)
{
	struct vrrp_router *r;
	uint8_t vrid;

	if (vrrp_packet_vrid(packet, len, &vrid) != VRRP_DROP_NONE) {
		count_stray(iface, VRRP_DROP_LENGTH);
		log_limited(&iface->malformed_limit, LOG_LEVEL_INFO,
			"interface %s: packet of %zu bytes dropped: %s", iface->name, len,
			vrrp_drop_words(VRRP_DROP_LENGTH));
		return;
	}
	r = iface->by_vrid[vrid];
	if (r) {
		vrrp_adverts_receive(r, packet, len);
		return;
	}
	/* Other virtual routers on the same link are nothing unusual. */
	count_stray(iface, VRRP_DROP_VRID);
	log_limited(&iface->unknown_limit, LOG_LEVEL_DEBUG,
		"interface %s: advert for virtual router %u, which is not configured here",
		iface->name, vrid);
}

static void receive_up_to(struct vrrp_iface *iface, int max)
{
	uint8_t buf[VRRP_PACKET_MAX_BYTES + 1024];

	for (int i = 0; i < max && iface->fd >= 0; i++) {
		ssize_t len = vrrp_socket_receive(iface->fd, buf, sizeof(buf));

		if (len == VRRP_SOCKET_EMPTY)
			return;
		if (len == VRRP_SOCKET_CUT)
			count_stray(iface, VRRP_DROP_LENGTH);
		else
			receive(iface, buf, (size_t)len);
	}
}

void vrrp_iface_drain(struct vrrp_iface *iface)
{
	receive_up_to(iface, PACKETS_AT_ONCE);
}

void vrrp_iface_hear_out(struct vrrp_iface *iface)
{
	receive_up_to(iface, PACKETS_MAX);
}

static void on_readable(void *arg, unsigned events)
{
	(void)events;
	vrrp_iface_drain(arg);
}

static int open_socket(struct vrrp_iface *iface, const char *name, struct err *e)
{
	iface->fd = vrrp_socket_receiver(iface->ifindex, name, e);
	if (iface->fd >= 0 && io_open(&iface->io, iface->engine->ctx->loop, iface->fd, IO_READ,
				      on_readable, iface, e) == 0)
		return 0;
	close_socket(iface);
	return -1;
}

/* ---- following the kernel ---- */

static const struct link_info *find_link(const struct vrrp_iface *iface)
{
	const struct link_table *t = &iface->engine->link.table;
	const struct link_info *link = NULL;

	if (iface->ifindex)
		link = link_by_index(t, iface->ifindex);
	return link ? link : link_by_name(t, iface->name);
}

static void follow_name(struct vrrp_iface *iface, const struct link_info *link)
{
	bool is_renamed = strcmp(link->name, iface->name) != 0;

	if (is_renamed == iface->is_renamed)
		return;
	iface->is_renamed = is_renamed;
	if (is_renamed)
		log_warning("interface %s is called %s now: its virtual routers stay on it",
			iface->name, link->name);
	else
		log_notice("interface %s has its configured name again", iface->name);
}

static void collect_own(struct vrrp_iface *iface)
{
	const struct link_table *t = &iface->engine->link.table;
	size_t i, end = link_addrs(t, iface->ifindex, &i);

	if (end - i > iface->own_room) {
		free(iface->own);
		iface->own_room = end - i + 16;
		iface->own = calloc(iface->own_room, sizeof(*iface->own));
		if (!iface->own)
			fatal(EXIT_INTERNAL, "out of memory for addresses");
	}
	for (iface->own_count = 0; i < end; i++)
		if (t->addrs[i].key.addr.family == AF_INET)
			iface->own[iface->own_count++] = t->addrs[i].key.addr;
}

static void need_socket(struct vrrp_iface *iface, const struct link_info *link)
{
	mono_t now = mono_now();
	struct err e = { 0 };

	if (iface->fd >= 0 || mono_before(now, iface->retry_due))
		return;
	if (open_socket(iface, link->name, &e) == 0)
		return;
	log_limited(&iface->socket_limit, LOG_LEVEL_ERROR, "interface %s: %s; trying again",
		iface->name, e.text);
	iface->retry_due = mono_add(now, span_ms(SOCKET_RETRY_MS));
	vrrp_engine_work_at(iface->engine, iface->retry_due);
}

static enum vrrp_reason fault_of(const struct vrrp_iface *iface, const struct link_info *link)
{
	if (!link)
		return VRRP_BECAUSE_LINK_ABSENT;
	if (!(link->flags & IFF_UP) || !(link->flags & IFF_RUNNING))
		return VRRP_BECAUSE_LINK_DOWN;
	return iface->fd < 0 ? VRRP_BECAUSE_NO_SOCKET : VRRP_BECAUSE_NONE;
}

void vrrp_iface_refresh(struct vrrp_iface *iface)
{
	const struct link_info *link = find_link(iface);
	uint32_t ifindex = link ? link->ifindex : 0;
	uint64_t birth = link ? link->birth : 0;

	if (ifindex != iface->ifindex || birth != iface->birth) {
		/* Gone, or another one of that name: the group and the binding went with it. */
		close_socket(iface);
		iface->ifindex = ifindex;
		iface->birth = birth;
		iface->retry_due = (mono_t){ 0 };
	}
	if (link) {
		follow_name(iface, link);
		need_socket(iface, link);
	}
	collect_own(iface);
	iface->source = link_source(
		&iface->engine->link.table, iface->ifindex, vrrp_engine_is_vip, iface->engine);
	iface->fault = fault_of(iface, link);
}

/* ---- life ---- */

struct vrrp_iface *vrrp_iface_get(struct vrrp_engine *engine, const char *name)
{
	const struct log_limit limit = { .burst = 3, .per = span_s(60) };
	struct vrrp_iface *iface;

	for (iface = engine->ifaces; iface; iface = iface->next)
		if (!strcmp(iface->name, name)) {
			iface->users++;
			return iface;
		}
	iface = calloc(1, sizeof(*iface));
	if (!iface)
		fatal(EXIT_INTERNAL, "out of memory for interface %s", name);
	strncpy(iface->name, name, sizeof(iface->name) - 1);
	iface->engine = engine;
	iface->users = 1;
	iface->fd = -1;
	iface->unknown_limit = iface->malformed_limit = iface->socket_limit = limit;
	iface->next = engine->ifaces;
	engine->ifaces = iface;
	vrrp_iface_refresh(iface);
	return iface;
}

void vrrp_iface_release(struct vrrp_iface *iface)
{
	struct vrrp_iface **at = &iface->engine->ifaces;

	if (--iface->users)
		return;
	while (*at != iface)
		at = &(*at)->next;
	*at = iface->next;
	close_socket(iface);
	free(iface->own);
	free(iface);
}
