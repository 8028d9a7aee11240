/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a raw socket receives: no byte behind it is looked at. The first byte is the family. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/icmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint16_t id, sequence;
	uint8_t *exact;

	if (!len)
		return 0;
	exact = malloc(len - 1 ? len - 1 : 1);
	if (!exact)
		return 0;
	memcpy(exact, data + 1, len - 1);
	icmp_reply_parse(exact, len - 1, data[0] & 1 ? AF_INET6 : AF_INET, &id, &sequence);
	free(exact);
	return 0;
}
