/* SPDX-License-Identifier: Apache-2.0 */
/* Doorbells between siblings: see doorbell.h. Called by whoever writes a page that others read. */
#include "core/doorbell.h"

#include "core/log.h"

static void on_ready(void *arg, unsigned events);

void doorbell_init(struct doorbell *d, struct loop *loop)
{
	*d = (struct doorbell){ .loop = loop, .channel = { .fd = -1 } };
}

void doorbell_close(struct doorbell *d)
{
	io_close(&d->io);
	channel_close(&d->channel);
	d->channel.fd = -1;
	d->is_due = false;
}

static void watch(struct doorbell *d)
{
	struct err e;

	io_close(&d->io);
	if (io_open(&d->io, d->loop, d->channel.fd, d->is_due ? IO_READ | IO_WRITE : IO_READ,
		    on_ready, d, &e) < 0) {
		log_error("%s", e.text);
		doorbell_close(d);
	}
}

void doorbell_ring(struct doorbell *d, uint32_t slot)
{
	struct msg_slot m = { .slot = d->is_due ? DOORBELL_ALL : slot };
	bool was_due = d->is_due;
	struct err e = { 0 };

	if (d->channel.fd < 0)
		return;
	d->is_due = msg_send(&d->channel, MSG_SLOT, &m, -1, &e) < 0;
	if (d->is_due != was_due)
		watch(d);
}

static void on_ready(void *arg, unsigned events)
{
	struct doorbell *d = arg;
	enum msg_status status = MSG_NONE;
	struct msg m;
	struct err e;

	if (events & IO_READ)
		while ((status = msg_receive(&d->channel, &m, &e)) == MSG_INVALID)
			log_error("%s: %s", role_name(d->channel.peer), e.text);
	if (status == MSG_CLOSED)
		doorbell_close(d);
	else if ((events & IO_WRITE) && d->is_due)
		doorbell_ring(d, DOORBELL_ALL);
}

void doorbell_connect(struct doorbell *d, enum role self, enum role peer, int fd)
{
	doorbell_close(d);
	d->channel = (struct channel){ .fd = fd, .self = self, .peer = peer };
	watch(d);
	doorbell_ring(d, DOORBELL_ALL);
}
