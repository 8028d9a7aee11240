/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shell of sync.c: see follow.h. Called by main.c, by the channel and by the timer.
 */
#include "checker/follow.h"

#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "core/sync.h"

#define MESSAGES_AT_ONCE 64

static void run(struct follow *f)
{
	struct listening_slot slot = { 0 };

	sync_run(&f->sync, mono_now());
	slot.since_us = f->sync.listening_since.us;
	if (f->listening.map)
		page_write(&f->listening, 0, &slot);
	timer_set(&f->timer, f->sync.next);
	f->changed(f->arg);
}

static void on_timer(void *arg)
{
	run(arg);
}

/* The instance that was asked for, as vrrp has it. */
static void look(struct follow *f)
{
	struct election_slot slot;

	for (uint32_t i = 0; f->page.map && i < ELECTION_SLOTS; i++) {
		if (!page_read(&f->page, i, &slot))
			break;
		slot.instance[sizeof(slot.instance) - 1] = '\0';
		if (slot.vrid && !strcmp(slot.instance, f->sync.conf.instance)) {
			sync_elect(&f->sync, &slot);
			return;
		}
	}
	sync_elect(&f->sync, NULL);
}

static void gone(struct follow *f)
{
	io_close(&f->io);
	channel_close(&f->channel);
	f->channel.fd = -1;
}

/* Doorbells: whatever changed, one look is enough. */
static void on_vrrp(void *arg, unsigned events)
{
	struct follow *f = arg;
	enum msg_status status = MSG_OK;
	struct err e;
	struct msg m;

	(void)events;
	for (int i = 0; i < MESSAGES_AT_ONCE && status != MSG_NONE && status != MSG_CLOSED; i++) {
		status = msg_receive(&f->channel, &m, &e);
		if (status == MSG_INVALID)
			log_error("vrrp: %s", e.text);
	}
	if (status == MSG_CLOSED)
		gone(f);
	look(f);
	run(f);
}

int follow_page(struct follow *f, int fd, struct err *e)
{
	int status = 0;

	if (!f->page.map)
		status = page_open(
			&f->page, fd, sizeof(struct election_slot), ELECTION_SLOTS, false, e);
	close(fd);
	return status;
}

/* What a predecessor wrote is true as long as the daemon runs that it started. */
int follow_own_page(struct follow *f, int fd, struct err *e)
{
	struct listening_slot slot;
	int status = 0;

	if (!f->listening.map)
		status = page_open(&f->listening, fd, sizeof(slot), LISTENING_SLOTS, true, e);
	close(fd);
	if (status == 0 && page_read(&f->listening, 0, &slot))
		f->sync.listening_since = (mono_t){ slot.since_us };
	return status;
}

int follow_peer(struct follow *f, int fd, struct err *e)
{
	gone(f);
	f->channel = (struct channel){ .fd = fd, .self = ROLE_CHECKER, .peer = ROLE_VRRP };
	if (io_open(&f->io, f->loop, fd, IO_READ, on_vrrp, f, e) == 0)
		return 0;
	gone(f);
	return -1;
}

void follow_configure(struct follow *f, const struct checker_conf *conf)
{
	const struct sync_conf sync = sync_conf_of(conf);

	sync_configure(&f->sync, &sync);
	look(f);
	run(f);
}

int follow_open(struct follow *f, struct loop *loop, const struct ipvs_kernel *kernel,
	void (*changed)(void *arg), void *arg, struct err *e)
{
	*f = (struct follow){
		.loop = loop, .changed = changed, .arg = arg, .channel = { .fd = -1 }
	};
	sync_init(&f->sync, kernel, NULL);
	return timer_open(&f->timer, loop, on_timer, f, e);
}

void follow_close(struct follow *f)
{
	gone(f);
	timer_close(&f->timer);
	page_close(&f->page);
	page_close(&f->listening);
}
