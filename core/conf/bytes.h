/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_BYTES_H
#define KEEPD_CORE_CONF_BYTES_H

/*
 * What a byte may mean to those who read lines. A line of a file is looked at once, byte by byte;
 * whoever comes later asks which kinds of bytes it has and need not look again.
 */

#include <stdbool.h>
#include <stdint.h>

enum byte_kind {
	BYTE_BLANK = 1 << 0,
	BYTE_COMMENT = 1 << 1, /* # ! */
	BYTE_QUOTE = 1 << 2,   /* " ' */
	BYTE_ESCAPE = 1 << 3,  /* backslash */
	BYTE_BRACE = 1 << 4,
	BYTE_SPECIAL = 1 << 5, /* $ @ ~ */
	BYTE_BINARY = 1 << 6,  /* in no text file; 128 and above (UTF-8) are fine */
	BYTE_END = 1 << 7,     /* of a line; a NUL is one, too */

	BYTE_REMARKABLE = BYTE_COMMENT | BYTE_QUOTE | BYTE_ESCAPE | BYTE_SPECIAL | BYTE_BINARY,
};

/* clang-format off */
static const uint8_t byte_kinds[256] = {
	[0] = BYTE_BINARY | BYTE_END,
	[1 ... 8] = BYTE_BINARY, [14 ... 31] = BYTE_BINARY, [127] = BYTE_BINARY,
	['\t'] = BYTE_BLANK, ['\v'] = BYTE_BLANK, ['\f'] = BYTE_BLANK, ['\r'] = BYTE_BLANK, [' '] = BYTE_BLANK,
	['\n'] = BYTE_BLANK | BYTE_END,
	['#'] = BYTE_COMMENT, ['!'] = BYTE_COMMENT,
	['"'] = BYTE_QUOTE, ['\''] = BYTE_QUOTE,
	['\\'] = BYTE_ESCAPE,
	['{'] = BYTE_BRACE, ['}'] = BYTE_BRACE,
	['$'] = BYTE_SPECIAL, ['@'] = BYTE_SPECIAL, ['~'] = BYTE_SPECIAL,
};
/* clang-format on */

static inline uint8_t byte_kind(char c)
{
	return byte_kinds[(unsigned char)c];
}

static inline bool is_blank(char c)
{
	return byte_kind(c) & BYTE_BLANK;
}

#endif
