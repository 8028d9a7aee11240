/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in files: see number.h. Called by files.c. */
#include "watcher/number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank_only(const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return !*text;
}

/* More digits than are looked at: the number is too large, whatever follows. */
static bool is_cut(const char *end, size_t len)
{
	return len == WATCH_NUMBER_BYTES && !*end;
}

bool watch_number(char *text, size_t len, int64_t *number)
{
	char *end;

	*number = 0;
	text[len] = '\0';
	if (strlen(text) != len)
		return false;
	_Static_assert(sizeof(long long) == sizeof(*number), "strtoll reads the number");
	*number = strtoll(text, &end, 0);
	if (end == text || !(is_blank_only(end) || is_cut(end, len))) {
		*number = 0;
		return false;
	}
	return true;
}
