# SPDX-License-Identifier: Apache-2.0
# Manual pages, the description of the architecture, and what users of keepalived want to know.

dist_man_MANS += doc/keepd.8 doc/keepctl.8 doc/keepd.conf.5
EXTRA_DIST += doc/architecture.md doc/faults.md doc/rfc-map.md doc/update-manual doc/keepd.conf.5.head doc/keepd.conf.5.tail
dist_doc_DATA = doc/compatibility.md
