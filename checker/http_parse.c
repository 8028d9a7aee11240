/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP response parser; see http_parse.h. Everything but bodies is read line by line; of each
 * line only the beginning is kept, because nothing we look at is long. Called by check_http.c and
 * the fuzzer.
 */
#include <string.h>
#include <strings.h>

#include "checker/http_parse.h"

static enum http_progress end(struct http_parser *p, enum http_progress progress)
{
	p->progress = progress;
	return progress;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* status-line = "HTTP/1." DIGIT SP 3DIGIT [ SP reason ] (RFC 9112 4; the last SP is often missing)
 */
static enum http_progress take_status(struct http_parser *p)
{
	const char *l = p->line;

	if (p->line_bytes < 12 || memcmp(l, "HTTP/1.", 7) || !is_digit(l[7]) || l[8] != ' ' ||
		!is_digit(l[9]) || !is_digit(l[10]) || !is_digit(l[11]) || l[9] == '0')
		return end(p, HTTP_MALFORMED);
	if (p->line_bytes > 12 && l[12] != ' ')
		return end(p, HTTP_MALFORMED);
	p->status = (unsigned)((l[9] - '0') * 100 + (l[10] - '0') * 10 + (l[11] - '0'));
	p->at = HTTP_AT_FIELD;
	p->has_field = false;
	return HTTP_MORE;
}

/* Only digits, and the same value if there are several (RFC 9110 8.6). */
static bool take_length(struct http_parser *p, const char *value)
{
	uint64_t length = 0;

	if (!is_digit(*value))
		return false;
	for (; is_digit(*value); value++) {
		if (length > UINT64_MAX / 100)
			return false;
		length = length * 10 + (uint64_t)(*value - '0');
	}
	while (*value == ' ' || *value == '\t')
		value++;
	if (*value || (p->has_length && p->left != length))
		return false;
	p->has_length = true;
	p->left = length;
	return true;
}

/* The last coding counts: chunked tells where the body ends, anything else does not (RFC 9112 6.3).
 */
static void take_coding(struct http_parser *p, const char *value)
{
	size_t len = strlen(value);

	while (len && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	p->has_coding = true;
	p->is_chunked = len >= 7 && !strncasecmp(value + len - 7, "chunked", 7) &&
			(len == 7 || value[len - 8] == ' ' || value[len - 8] == ',' ||
				value[len - 8] == '\t');
}

static bool is_name(const char *line, size_t name_bytes, const char *name)
{
	return name_bytes == strlen(name) && !strncasecmp(line, name, name_bytes);
}

/* field-line = name ":" OWS value OWS; a line that begins with white space goes on with the last
 * one. */
static bool take_field(struct http_parser *p)
{
	bool is_cut = p->line_bytes >= sizeof(p->line);
	const char *colon, *value;
	size_t name_bytes;

	if (p->line[0] == ' ' || p->line[0] == '\t')
		return p->has_field;
	p->has_field = true;
	colon = strchr(p->line, ':');
	if (!colon)
		return is_cut && !strpbrk(p->line, " \t"); /* a name longer than anything we know */
	name_bytes = (size_t)(colon - p->line);
	if (!name_bytes || colon[-1] == ' ' || colon[-1] == '\t')
		return false;
	value = colon + 1;
	while (*value == ' ' || *value == '\t')
		value++;
	if (is_name(p->line, name_bytes, "content-length"))
		return !is_cut && take_length(p, value);
	if (is_name(p->line, name_bytes, "transfer-encoding")) {
		if (is_cut)
			return false;
		take_coding(p, value);
	}
	return true;
}

/* The empty line: what comes now? (RFC 9112 6.3) */
static enum http_progress end_head(struct http_parser *p)
{
	if (p->status < 200 && p->status != 101) {
		if (++p->interims > HTTP_INTERIM_MAX)
			return end(p, HTTP_FLOOD);
		p->status = 0;
		p->has_length = p->is_chunked = p->has_coding = false;
		p->left = 0;
		p->at = HTTP_AT_STATUS;
		return HTTP_MORE;
	}
	if (!p->head(p->arg, p->status) || p->status == 101 || p->status == 204 || p->status == 304)
		return end(p, HTTP_COMPLETE);
	if (p->is_chunked)
		p->at = HTTP_AT_CHUNK;
	else if (p->has_coding || !p->has_length)
		p->at = HTTP_AT_BODY_END;
	else if (p->left == 0)
		return end(p, HTTP_COMPLETE);
	else
		p->at = HTTP_AT_BODY;
	return HTTP_MORE;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* chunk-size = 1*HEXDIG, then perhaps extensions, which mean nothing to us (RFC 9112 7.1) */
static enum http_progress take_chunk_size(struct http_parser *p)
{
	uint64_t size = 0;
	size_t i = 0;

	for (; hex_digit(p->line[i]) >= 0; i++) {
		if (size > UINT64_MAX / 32)
			return end(p, HTTP_MALFORMED);
		size = size * 16 + (uint64_t)hex_digit(p->line[i]);
	}
	if (i == 0 || (p->line[i] && p->line[i] != ';' && p->line[i] != ' ' && p->line[i] != '\t'))
		return end(p, HTTP_MALFORMED);
	p->left = size;
	p->at = size ? HTTP_AT_CHUNK_DATA : HTTP_AT_TRAILER;
	return HTTP_MORE;
}

/* A whole line is there, its end removed. */
static enum http_progress take_line(struct http_parser *p)
{
	bool is_empty = p->line_bytes == 0;

	switch (p->at) {
	case HTTP_AT_STATUS: return take_status(p);
	case HTTP_AT_FIELD:
		if (is_empty)
			return end_head(p);
		return take_field(p) ? HTTP_MORE : end(p, HTTP_MALFORMED);
	case HTTP_AT_CHUNK: return take_chunk_size(p);
	case HTTP_AT_CHUNK_END:
		if (!is_empty)
			return end(p, HTTP_MALFORMED);
		p->at = HTTP_AT_CHUNK;
		return HTTP_MORE;
	case HTTP_AT_TRAILER: return is_empty ? end(p, HTTP_COMPLETE) : HTTP_MORE;
	case HTTP_AT_BODY:
	case HTTP_AT_BODY_END:
	case HTTP_AT_CHUNK_DATA: break; /* not lines */
	}
	return HTTP_MORE;
}

/* A chunk brings at least one byte of the body, and the body is bounded: its size line is for free.
 */
static bool is_chunk_line(const struct http_parser *p)
{
	return (p->at == HTTP_AT_CHUNK || p->at == HTTP_AT_CHUNK_END) &&
	       p->line_bytes < HTTP_CHUNK_LINE;
}

/* One byte of a line. */
static enum http_progress feed_line(struct http_parser *p, char c)
{
	enum http_progress progress;

	if (!is_chunk_line(p) && ++p->head_bytes > HTTP_HEAD_BYTES_MAX)
		return end(p, HTTP_FLOOD);
	if (c != '\n') {
		if (c == '\0')
			return end(p, HTTP_MALFORMED);
		if (p->line_bytes < sizeof(p->line) - 1)
			p->line[p->line_bytes] = c;
		p->line_bytes++;
		return HTTP_MORE;
	}
	/* Chunks have lines of their own; their number is bounded by the body. */
	if (p->at <= HTTP_AT_FIELD && ++p->lines > HTTP_LINES_MAX)
		return end(p, HTTP_FLOOD);
	if (p->line_bytes && p->line_bytes < sizeof(p->line) && p->line[p->line_bytes - 1] == '\r')
		p->line_bytes--;
	p->line[p->line_bytes < sizeof(p->line) ? p->line_bytes : sizeof(p->line) - 1] = '\0';
	progress = take_line(p);
	p->line_bytes = 0;
	return progress;
}

/* A piece of the body; returns how much of it was used. */
static size_t feed_body(struct http_parser *p, const uint8_t *bytes, size_t len)
{
	uint64_t room = p->body_max - p->body_bytes;

	if (p->at != HTTP_AT_BODY_END && len > p->left)
		len = (size_t)p->left;
	if (len > room)
		len = (size_t)room;
	p->body(p->arg, bytes, len);
	p->body_bytes += len;
	if (p->at != HTTP_AT_BODY_END)
		p->left -= len;
	if (p->at == HTTP_AT_BODY && !p->left) {
		end(p, HTTP_COMPLETE);
	} else if (p->body_bytes == p->body_max) {
		p->is_cut = true;
		end(p, HTTP_COMPLETE);
	} else if (p->at == HTTP_AT_CHUNK_DATA && !p->left) {
		p->at = HTTP_AT_CHUNK_END;
	}
	return len;
}

enum http_progress http_parse(struct http_parser *p, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	size_t i = 0;

	while (i < len && p->progress == HTTP_MORE) {
		if (p->at == HTTP_AT_BODY || p->at == HTTP_AT_BODY_END ||
			p->at == HTTP_AT_CHUNK_DATA)
			i += feed_body(p, bytes + i, len - i);
		else
			feed_line(p, (char)bytes[i++]);
	}
	return p->progress;
}

enum http_progress http_parse_end(struct http_parser *p)
{
	if (p->progress == HTTP_MORE)
		end(p, p->at == HTTP_AT_BODY_END ? HTTP_COMPLETE : HTTP_TRUNCATED);
	return p->progress;
}
