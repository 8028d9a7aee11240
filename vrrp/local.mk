# SPDX-License-Identifier: Apache-2.0
# The VRRP speaker.

noinst_LIBRARIES += libvrrp.a
libvrrp_a_SOURCES = \
	vrrp/address_message.c \
	vrrp/addresses.c \
	vrrp/adopt.c vrrp/adopt.h \
	vrrp/adverts.c \
	vrrp/ah.c vrrp/ah.h \
	vrrp/announce.c vrrp/announce.h \
	vrrp/announcer.c vrrp/announcer.h \
	vrrp/arp.c vrrp/arp.h \
	vrrp/attrs.h \
	vrrp/bfd.c vrrp/bfd.h \
	vrrp/bfd_packet.c vrrp/bfd_packet.h \
	vrrp/bfd_session.c vrrp/bfd_session.h vrrp/bfd_slot.h \
	vrrp/bfd_socket.c vrrp/bfd_socket.h \
	vrrp/bfd_source.c vrrp/bfd_speaker.c \
	vrrp/checksum.c vrrp/checksum.h \
	vrrp/claims.c vrrp/claims.h \
	vrrp/census.c vrrp/census.h \
	vrrp/election.c vrrp/election.h \
	vrrp/engine.c vrrp/engine.h \
	vrrp/extra_garp.c vrrp/extra_garp.h \
	vrrp/firewall.c vrrp/firewall.h \
	vrrp/file.c \
	vrrp/fsm.c vrrp/fsm.h \
	vrrp/fsm_advert.c vrrp/fsm_group.c \
	vrrp/fsm_step.c vrrp/fsm_step.h \
	vrrp/fsm_words.c \
	vrrp/frame.c vrrp/frame.h \
	vrrp/group.c vrrp/group.h \
	vrrp/holdings.c vrrp/holdings.h \
	vrrp/grouping.c vrrp/grouping.h \
	vrrp/iface.c vrrp/iface.h \
	vrrp/keeper.c vrrp/keeper.h vrrp/keeper_watch.c \
	vrrp/icmp.c vrrp/icmp.h \
	vrrp/interface.c vrrp/interface.h \
	vrrp/lateness.c vrrp/lateness.h \
	vrrp/link.c vrrp/link.h \
	vrrp/listener.c vrrp/listener.h \
	vrrp/main.c vrrp/main.h \
	vrrp/message.c vrrp/message.h vrrp/message_shown.c \
	vrrp/ndisc.c vrrp/ndisc.h \
	vrrp/netlink.c vrrp/netlink.h \
	vrrp/netlink_macvlan.c vrrp/netlink_macvlan.h \
	vrrp/nft.c vrrp/nft.h \
	vrrp/nft_table.c vrrp/nft_table.h \
	vrrp/operator.c \
	vrrp/notify.c vrrp/notify.h \
	vrrp/object.c vrrp/object.h \
	vrrp/orders.c vrrp/orders.h \
	vrrp/pace.c vrrp/pace.h \
	vrrp/packet.c vrrp/packet.h \
	vrrp/peers.c vrrp/peers.h \
	vrrp/ping.c \
	vrrp/process.c \
	vrrp/reach.c vrrp/reach.h \
	vrrp/records.c vrrp/records.h \
	vrrp/repair.c vrrp/repair.h \
	vrrp/rivals.c \
	vrrp/route_message.c vrrp/rule_message.c \
	vrrp/router.c vrrp/router.h vrrp/router_conf.c vrrp/router_tracks.c \
	vrrp/schema.c vrrp/schema.h vrrp/schema_rows.h \
	vrrp/schema_address.c vrrp/schema_address.h \
	vrrp/schema_iproute_metrics.c \
	vrrp/schema_iproute_names.c vrrp/schema_iproute_names.h \
	vrrp/schema_iproute_nets.c \
	vrrp/schema_iproute_rules.c vrrp/schema_iproute_rules.h \
	vrrp/schema_iproute_types.c vrrp/schema_iproute_types.h \
	vrrp/schema_reach.c vrrp/schema_reach.h \
	vrrp/schema_route.c vrrp/schema_route.h \
	vrrp/schema_route_check.c vrrp/schema_route_check.h \
	vrrp/schema_rule.c vrrp/schema_rule.h \
	vrrp/schema_check.c vrrp/schema_global.c vrrp/schema_group.c vrrp/schema_instance.c \
	vrrp/schema_peer.c vrrp/schema_refs.c vrrp/schema_rules.c \
	vrrp/schema_track.c vrrp/schema_track.h \
	vrrp/schema_types.c vrrp/schema_types.h \
	vrrp/schema_sync.c vrrp/schema_weight.c \
	vrrp/script.c vrrp/script.h \
	vrrp/slot.h \
	vrrp/slots.c vrrp/slots.h \
	vrrp/seen.c vrrp/seen.h \
	vrrp/silence.c vrrp/silence.h \
	vrrp/socket.c vrrp/socket.h \
	vrrp/source.c vrrp/source.h \
	vrrp/startup.c vrrp/startup.h \
	vrrp/state.c vrrp/state.h \
	vrrp/statics.c vrrp/statics.h \
	vrrp/steady.c vrrp/steady.h \
	vrrp/table.c vrrp/table.h \
	vrrp/table_netlink.c vrrp/table_netlink.h \
	vrrp/tcp.c \
	vrrp/track.c vrrp/track.h \
	vrrp/track_page.c vrrp/track_page.h vrrp/track_slot.h \
	vrrp/tracking.c vrrp/tracking.h \
	vrrp/vips.c vrrp/vips.h \
	vrrp/vmac.c vrrp/vmac.h vrrp/vmac_listen.c vrrp/vmac_withdraw.c \
	vrrp/vmac_make.c vrrp/vmac_make.h \
	vrrp/vmac_names.c vrrp/vmac_names.h \
	vrrp/watched.c vrrp/watched.h \
	vrrp/withdraw.c vrrp/withdraw.h
