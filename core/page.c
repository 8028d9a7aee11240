/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State pages: sealed memfds of fixed slots, each value kept twice. See page.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/page.h"

#define PAGE_MAGIC  UINT64_C(0x6b65657064706731) /* "keepdpg1": the layout below */
#define HEADER_SIZE 64

struct header {
	uint64_t magic;
	uint64_t slot_bytes;
	uint64_t slots;
};

/* A slot: the version, then two copies; the current one is number version & 1. */
struct slot {
	_Atomic uint64_t version;
	unsigned char copies[];
};

static size_t copy_stride(size_t slot_bytes)
{
	return (slot_bytes + 7) & ~(size_t)7;
}

static size_t slot_stride(size_t slot_bytes)
{
	return sizeof(struct slot) + 2 * copy_stride(slot_bytes);
}

static size_t page_bytes(size_t slot_bytes, uint32_t slots)
{
	return HEADER_SIZE + slots * slot_stride(slot_bytes);
}

static struct slot *slot_at(const struct page *p, uint32_t i)
{
	return (struct slot *)((char *)p->map + HEADER_SIZE + i * slot_stride(p->slot_bytes));
}

int page_create(const char *name, size_t slot_bytes, uint32_t slots, struct err *e)
{
	const struct header header = { PAGE_MAGIC, slot_bytes, slots };
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return err_sys(e, errno, "state page %s", name);
	if (ftruncate(fd, (off_t)page_bytes(slot_bytes, slots)) < 0 ||
		pwrite(fd, &header, sizeof(header), 0) != sizeof(header) ||
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
		err_sys(e, errno, "state page %s", name);
		close(fd);
		return -1;
	}
	return fd;
}

int page_open(
	struct page *p, int fd, size_t slot_bytes, uint32_t slots, bool writable, struct err *e)
{
	const size_t bytes = page_bytes(slot_bytes, slots);
	struct header header;
	struct stat st;

	*p = (struct page){ 0 };
	if (fstat(fd, &st) < 0 || pread(fd, &header, sizeof(header), 0) != sizeof(header))
		return err_sys(e, errno, "state page");
	if ((size_t)st.st_size != bytes || header.magic != PAGE_MAGIC ||
		header.slot_bytes != slot_bytes || header.slots != slots)
		return err_set(e, "state page: of another version");
	p->map = mmap(NULL, bytes, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd, 0);
	if (p->map == MAP_FAILED) {
		p->map = NULL;
		return err_sys(e, errno, "map state page");
	}
	p->map_bytes = bytes;
	p->slot_bytes = slot_bytes;
	p->slots = slots;
	p->writable = writable;
	return 0;
}

void page_close(struct page *p)
{
	if (p->map)
		munmap(p->map, p->map_bytes);
	*p = (struct page){ 0 };
}

static unsigned char *copy_at(const struct page *p, struct slot *s, uint64_t version)
{
	return s->copies + (version & 1) * copy_stride(p->slot_bytes);
}

void page_write(struct page *p, uint32_t i, const void *value)
{
	struct slot *s = slot_at(p, i);
	uint64_t next = atomic_load_explicit(&s->version, memory_order_relaxed) + 1;

	memcpy(copy_at(p, s, next), value, p->slot_bytes);
	atomic_store_explicit(&s->version, next, memory_order_release);
	/* The next write must not reach memory before this version does. */
	atomic_thread_fence(memory_order_seq_cst);
}

uint64_t page_read(const struct page *p, uint32_t i, void *value)
{
	struct slot *s = slot_at(p, i);
	uint64_t version = atomic_load_explicit(&s->version, memory_order_acquire);

	for (;;) {
		uint64_t after;

		memcpy(value, copy_at(p, s, version), p->slot_bytes);
		atomic_thread_fence(memory_order_acquire);
		after = atomic_load_explicit(&s->version, memory_order_acquire);
		if (after == version)
			return version;
		version = after; /* the writer came round to our copy; it cannot do so for ever */
	}
}
