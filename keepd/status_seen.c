/* SPDX-License-Identifier: Apache-2.0 */
/* PAGE_SEEN to JSON: who advertises on our links. Called by status.c. */
#include "core/json.h"
#include "core/mono.h"
#include "core/page.h"
#include "keepd/status.h"
#include "vrrp/seen.h"

struct json *status_seen_json(const struct page *page)
{
	struct json *list = json_new_array();
	char text[ADDR_TEXT_BYTES];
	struct seen_row row;

	for (uint32_t i = 0; i < SEEN_ROWS && page_read(page, i, &row); i++) {
		struct json *j = json_new_object();

		row.ifname[sizeof(row.ifname) - 1] = '\0';
		json_set_string(j, "interface", row.ifname);
		json_set_int(j, "vrid", row.vrid);
		json_set_string(j, "source", addr_format(&row.source, text));
		json_set_int(j, "version", row.version);
		json_set_int(j, "priority", row.priority);
		json_set_bool(j, "configured", row.is_ours);
		json_set_bool(j, "other_addresses", row.is_foreign);
		json_set_double(j, "first", mono_to_wall((mono_t){ row.first_us }));
		json_set_double(j, "last", mono_to_wall((mono_t){ row.last_us }));
		json_set_int(j, "adverts", (int64_t)row.count);
		json_append(list, j);
	}
	return list;
}
