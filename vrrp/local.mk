# SPDX-License-Identifier: Apache-2.0
# Virtual routers.

noinst_LIBRARIES += libvrrp.a
libvrrp_a_SOURCES = \
	vrrp/schema.c vrrp/schema.h
