/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State pages: a seqlock with two copies per slot. See page.h.
 *
 * Layout: header, one version per slot, then per slot two copies. The versions stand together so
 * that a walk over slots nobody wrote touches none of their copies. Version v's value is in copy
 * v & 1. The writer fills the other copy and then stores v + 1; it never touches the current one,
 * so a writer that dies between any two stores leaves version and current copy as they were.
 * A reader that finds the same version before and after has a whole value: the copy it read is
 * filled again only after v + 1 was stored. Both sides go word by word with relaxed atomics between
 * fences (Boehm, "Can seqlocks get along with programming language memory models?", 2012).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/exit.h"
#include "core/memfd.h"
#include "core/page.h"

#define PAGE_MAGIC  UINT64_C(0x676170647065656b) /* "keepdpag" in memory */
#define PAGE_LAYOUT 1
#define ALIGN_BYTES 64
#define SEALS	    (F_SEAL_SHRINK | F_SEAL_GROW)

/*
 * Two stores during each of so many reads are not an honest writer's doing; its slot counts as not
 * written then.
 */
#define READ_TRIES 100000

struct header {
	uint64_t magic;
	uint32_t layout;
	uint32_t slots;
	uint64_t slot_bytes;
};

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static size_t copy_bytes(size_t slot_bytes)
{
	return round_up(slot_bytes, sizeof(uint64_t));
}

static size_t copies_offset(uint32_t slots)
{
	return round_up(sizeof(struct header), ALIGN_BYTES) +
	       round_up((size_t)slots * sizeof(uint64_t), ALIGN_BYTES);
}

/* The size of the whole page, or 0 if that cannot be. */
static size_t page_bytes(size_t slot_bytes, uint32_t slots)
{
	size_t bytes;

	if (!slots || !slot_bytes || slot_bytes > SIZE_MAX / 8 ||
		__builtin_mul_overflow(2 * copy_bytes(slot_bytes), (size_t)slots, &bytes) ||
		__builtin_add_overflow(bytes, copies_offset(slots), &bytes) || bytes > SIZE_MAX / 4)
		return 0;
	return bytes;
}

static uint64_t *version_of(const struct page *p, uint32_t i)
{
	return (uint64_t *)((char *)p->map + round_up(sizeof(struct header), ALIGN_BYTES)) + i;
}

static uint64_t *copy_of(const struct page *p, uint32_t i, uint64_t version)
{
	size_t number = 2 * (size_t)i + (version & 1);

	return (uint64_t *)((char *)p->map + copies_offset(p->slots) +
			    number * copy_bytes(p->slot_bytes));
}

int page_create(const char *name, size_t slot_bytes, uint32_t slots, struct err *e)
{
	const struct header h = {
		.magic = PAGE_MAGIC, .layout = PAGE_LAYOUT, .slots = slots, .slot_bytes = slot_bytes
	};
	size_t bytes = page_bytes(slot_bytes, slots);
	int fd;

	if (!bytes)
		return err_set(e, "state page %s: %u slots of %zu bytes", name, slots, slot_bytes);
	fd = memfd_new(name, e);
	if (fd < 0)
		return -1;
	if (ftruncate(fd, (off_t)bytes) == 0 && pwrite(fd, &h, sizeof(h), 0) == sizeof(h) &&
		fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) == 0)
		return fd;
	err_sys(e, errno, "state page %s of %zu bytes", name, bytes);
	close(fd);
	return -1;
}

/* Its size must be right and unchangeable, or a touch could end in SIGBUS. */
static int check_size(int fd, size_t bytes, struct err *e)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;

	if (seals < 0 || (seals & SEALS) != SEALS)
		return err_set(e, "state page: descriptor %d is not a memfd of sealed size", fd);
	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, "state page");
	if (!bytes || (uintmax_t)st.st_size != bytes)
		return err_set(e, "state page: %jd bytes, not %zu", (intmax_t)st.st_size, bytes);
	return 0;
}

int page_open(
	struct page *p, int fd, size_t slot_bytes, uint32_t slots, bool writable, struct err *e)
{
	size_t bytes = page_bytes(slot_bytes, slots);
	struct header h;
	void *map;

	*p = (struct page){ 0 };
	if (check_size(fd, bytes, e) < 0)
		return -1;
	map = mmap(NULL, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return err_sys(e, errno, "map a state page");
	memcpy(&h, map, sizeof(h));
	if (h.magic != PAGE_MAGIC || h.layout != PAGE_LAYOUT || h.slots != slots ||
		h.slot_bytes != slot_bytes) {
		munmap(map, bytes);
		return err_set(e, "state page: another version or shape (layout %u, %u slots)",
			h.layout, h.slots);
	}
	*p = (struct page){ .map = map,
		.map_bytes = bytes,
		.slot_bytes = slot_bytes,
		.slots = slots,
		.writable = writable };
	return 0;
}

void page_close(struct page *p)
{
	if (p->map)
		munmap(p->map, p->map_bytes);
	*p = (struct page){ 0 };
}

static size_t word_bytes(size_t left)
{
	return left < sizeof(uint64_t) ? left : sizeof(uint64_t);
}

static void store_words(uint64_t *to, const char *from, size_t len)
{
	for (size_t at = 0; at < len; at += sizeof(uint64_t)) {
		uint64_t word = 0;

		memcpy(&word, from + at, word_bytes(len - at));
		__atomic_store_n(to++, word, __ATOMIC_RELAXED);
	}
}

static void load_words(char *to, const uint64_t *from, size_t len)
{
	for (size_t at = 0; at < len; at += sizeof(uint64_t)) {
		uint64_t word = __atomic_load_n(from++, __ATOMIC_RELAXED);

		memcpy(to + at, &word, word_bytes(len - at));
	}
}

void page_write(struct page *p, uint32_t i, const void *value)
{
	uint64_t *version, next;

	if (!p->writable || i >= p->slots)
		fatal(EXIT_INTERNAL, "write to slot %u of a %s state page of %u", i,
			p->writable ? "writable" : "read-only", p->slots);
	version = version_of(p, i);
	next = __atomic_load_n(version, __ATOMIC_RELAXED) + 1;
	/* The last version is out before the copy it replaced is filled again. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	store_words(copy_of(p, i, next), value, p->slot_bytes);
	__atomic_store_n(version, next, __ATOMIC_RELEASE);
}

uint64_t page_read(const struct page *p, uint32_t i, void *value)
{
	uint64_t version, after;

	for (int tries = 0; i < p->slots && tries < READ_TRIES; tries++) {
		version = __atomic_load_n(version_of(p, i), __ATOMIC_ACQUIRE);
		if (!version)
			break;
		load_words(value, copy_of(p, i, version), p->slot_bytes);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(version_of(p, i), __ATOMIC_RELAXED);
		if (after == version)
			return version;
	}
	memset(value, 0, p->slot_bytes);
	return 0;
}
