/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_HTTP_PARSE_H
#define KEEPD_CHECKER_HTTP_PARSE_H

/*
 * An incremental parser for one HTTP/1.x response (RFC 9112) from a server that is not trusted:
 * fixed memory, bounded work, and the same outcome however the bytes are cut into pieces. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEAD_BYTES_MAX 65536 /* status lines, header fields, trailers, long chunk lines */
#define HTTP_LINES_MAX	    512
#define HTTP_INTERIM_MAX    8	/* 1xx responses before the final one */
#define HTTP_CHUNK_LINE	    32	/* so much of a chunk line does not count as head */
#define HTTP_LINE_KEPT	    256 /* of a line; what we look at is shorter */

enum http_progress {
	HTTP_MORE,	/* feed more */
	HTTP_COMPLETE,	/* the answer is there, or all of it that is wanted */
	HTTP_MALFORMED, /* not HTTP */
	HTTP_FLOOD,	/* more header than anybody needs */
	HTTP_TRUNCATED, /* the connection ended before the answer did */
};

struct http_parser {
	/* set by the caller */
	/* The head of the final response is there; returns whether the body is wanted. */
	bool (*head)(void *arg, unsigned status);
	void (*body)(void *arg, const uint8_t *bytes, size_t len);
	void *arg;
	uint64_t body_max; /* after so many bytes the answer is complete, and is_cut */

	/* results */
	enum http_progress progress;
	unsigned status; /* 100 .. 999; 0 = not known yet */
	bool is_cut;

	/* inside */
	enum {
		HTTP_AT_STATUS,
		HTTP_AT_FIELD,
		HTTP_AT_BODY,	    /* `left` bytes of it */
		HTTP_AT_BODY_END,   /* the end of the connection ends it */
		HTTP_AT_CHUNK,	    /* its size line */
		HTTP_AT_CHUNK_DATA, /* `left` bytes of it */
		HTTP_AT_CHUNK_END,  /* the empty line behind its data */
		HTTP_AT_TRAILER,
	} at;
	char line[HTTP_LINE_KEPT]; /* the beginning of the line being read, without its end */
	size_t line_bytes;	   /* of the whole line so far */
	uint64_t head_bytes, body_bytes, left;
	unsigned lines, interims;
	bool has_length, is_chunked, has_coding;
	bool has_field; /* so that a folded line has something to go on with */
};

/* Fill in the callbacks and body_max first (the rest zero). */
enum http_progress http_parse(struct http_parser *p, const void *bytes, size_t len);

/* The connection has ended. */
enum http_progress http_parse_end(struct http_parser *p);

#endif
