/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Suggestions for words that nobody knows: what is spelled alike, what they are a part or an
 * abbreviation of, in which block they are known. See index.h.
 */
#include <limits.h>
#include <string.h>

#include "core/conf/index.h"

#define NEAR_LEN_MAX 63
#define PART_LEN_MIN 4

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned conf_word_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned before[NEAR_LEN_MAX + 1], above[NEAR_LEN_MAX + 1], now[NEAR_LEN_MAX + 1];

	if (a_len > NEAR_LEN_MAX || b_len > NEAR_LEN_MAX)
		return UINT_MAX;
	for (unsigned j = 0; j <= b_len; j++)
		above[j] = before[j] = j;
	for (unsigned i = 1; i <= a_len; i++) {
		now[0] = i;
		for (unsigned j = 1; j <= b_len; j++) {
			now[j] = least(above[j] + 1, now[j - 1] + 1,
				above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1, now[j]);
		}
		memcpy(before, above, sizeof(before));
		memcpy(above, now, sizeof(above));
	}
	return above[b_len];
}

/* What to write for a slot: the name of the row, or the word itself where it is the value. */
static const char *slot_name(const struct block_index *b, const struct keyword_slot *slot)
{
	const struct conf_row *row = conf_row(b->block, slot->row);
	const struct conf_words *set = row->param;

	if (!(row->type->flags & TYPE_VERB))
		return row->name;
	for (int i = 0; set->words[i]; i++)
		if (strncmp(set->words[i], slot->text, slot->len) == 0 && !set->words[i][slot->len])
			return set->words[i];
	return row->name;
}

/* Of two that are as near: the one that begins more alike, else the earlier one of the table. */
static bool begins_alike(
	const char *text, const struct keyword_slot *a, const struct keyword_slot *than)
{
	size_t n = 0, m = 0;

	while (n < a->len && text[n] == a->text[n])
		n++;
	while (m < than->len && text[m] == than->text[m])
		m++;
	return n != m ? n > m : a->row < than->row;
}

/* What people put behind a keyword where nothing belongs: interface=eth0, priority: */
static size_t stem(const char *text)
{
	size_t len = strcspn(text, "=:;,");

	return len ? len : strlen(text);
}

/* Is the word one or more whole parts of the keyword: timeout of connect_timeout? */
static bool is_part(const char *text, size_t len, const struct keyword_slot *slot)
{
	for (size_t at = 0; len >= PART_LEN_MIN && at + len <= slot->len; at++) {
		size_t end = at + len;

		if (memcmp(slot->text + at, text, len) == 0 &&
			(at == 0 || slot->text[at - 1] == '_') &&
			(end == slot->len || slot->text[end] == '_'))
			return true;
	}
	return false;
}

/* Is the word made of beginnings of all parts: vrid of virtual_router_id? */
static bool is_short_for(const char *text, size_t len, const struct keyword_slot *slot)
{
	size_t n = 0, parts = 0;
	bool is_at_part = true, is_in_part = false;

	for (size_t i = 0; i < slot->len; i++) {
		if (slot->text[i] == '_') {
			is_at_part = true;
			continue;
		}
		if (is_at_part) {
			if (n == len || text[n] != slot->text[i])
				return false;
			parts++;
			n++;
		} else if (is_in_part && n < len && text[n] == slot->text[i]) {
			n++;
		}
		is_in_part = is_at_part || (n && text[n - 1] == slot->text[i]);
		is_at_part = false;
	}
	return n == len && parts > 1;
}

struct nearest {
	const char *text, *name;
	size_t len;
	unsigned distance; /* at most */
	const struct keyword_slot *slot;
	/* where no keyword is like it letter by letter */
	const struct keyword_slot *part;
	const char *part_name;
};

static void compare(struct nearest *n, const struct block_index *b, const struct keyword_slot *slot)
{
	size_t apart = n->len > slot->len ? n->len - slot->len : slot->len - n->len;
	unsigned d = apart > n->distance
			     ? UINT_MAX /* it is more than that in any case */
			     : conf_word_distance(n->text, n->len, slot->text, slot->len);

	if (d < n->distance ||
		(d == n->distance && (!n->slot || begins_alike(n->text, slot, n->slot)))) {
		n->distance = d;
		n->slot = slot;
		n->name = slot_name(b, slot);
	}
	if (!is_part(n->text, n->len, slot) && !is_short_for(n->text, n->len, slot))
		return;
	if (n->part && (slot->len > n->part->len ||
			       (slot->len == n->part->len && slot->row >= n->part->row)))
		return;
	n->part = slot;
	n->part_name = slot_name(b, slot);
}

const char *conf_index_nearest(struct block_index *const *blocks, unsigned count, const char *text)
{
	struct nearest n = { .text = text, .len = stem(text) };

	n.distance = n.len < 4 ? 1 : (unsigned)n.len / 3;
	if (n.len > NEAR_LEN_MAX)
		return NULL;
	for (unsigned i = 0; i < count; i++)
		for (uint32_t j = 0; j <= blocks[i]->mask; j++) {
			const struct keyword_slot *slot = &blocks[i]->slots[j];

			if (slot->text && slot->len && slot->len <= NEAR_LEN_MAX &&
				!(conf_row(blocks[i]->block, slot->row)->flags & CONF_GENERATED))
				compare(&n, blocks[i], slot);
		}
	return n.name ? n.name : n.part_name;
}

static const char *home(const struct block_index *b, const char *text, size_t len)
{
	enum keyword_kind kind;
	const char *found = NULL;
	int row = block_index_find(b, text, len, &kind);

	if (row >= 0 && row != b->nameless_row &&
		!(conf_row(b->block, (unsigned)row)->flags & CONF_GENERATED))
		return b->parent ? b->block->name : "";
	for (unsigned i = 0; i < b->row_count && !found; i++)
		if (b->children[i])
			found = home(b->children[i], text, len);
	return found;
}

const char *conf_index_home(const struct conf_index *index, const char *text, size_t len)
{
	const char *found = NULL;

	for (unsigned i = 0; i < index->count && !found; i++)
		found = home(index->roots[i], text, len);
	return found;
}
