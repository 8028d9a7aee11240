# SPDX-License-Identifier: Apache-2.0
# Shell functions shared by test/all and test/demo: installing what is needed and building. To be sourced; the caller
# stands in the top folder of the tree.

BUILD_PACKAGES='autoconf autoconf-archive automake make gcc libc6-dev pkg-config libevent-dev libpcre2-dev libcap-ng-dev
	libnl-3-dev libnl-genl-3-dev libmnl-dev libnftnl-dev libjson-c-dev libssl-dev check xz-utils'
LAB_PACKAGES='nftables python3-minimal python3 iproute2 nginx-light ipvsadm tshark keepalived netbase kmod procps frr'
VM_PACKAGES='qemu-system-x86 busybox-static kmod cpio'

die() { echo "$0: $*" >&2; exit 2; }

need_root() { [ "$(id -u)" = 0 ] || die 'run me as root: packages are installed and network namespaces made'; }

# install PACKAGE...: those that are missing. No service is started by it: a policy-rc.d forbids that meanwhile.
install() {
	local missing=() package policy=/usr/sbin/policy-rc.d ours=no status=0
	for package; do
		dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null || die "missing, and no apt-get to install them: ${missing[*]}"
	echo "installing ${missing[*]}"
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' > $policy
		chmod 755 $policy
		ours=yes
	fi
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get -qq update && apt-get -qq -y --no-install-recommends install "${missing[@]}"; } > /dev/null || status=1
	[ $ours = no ] || rm -f $policy
	return $status
}

has_ipvs() { [ -e /proc/net/ip_vs ] || modprobe -q ip_vs 2>/dev/null && [ -e /proc/net/ip_vs ]; }

# build FOLDER CONFIGURE-ARGUMENT...: out of tree; `configure` is made when it is older than what it is made from.
build() {
	local folder=$1
	shift
	if [ ! -e configure ] || [ -n "$(find . -path "./_build*" -prune -o \( -name configure.ac -o -name Makefile.am -o -name local.mk \) -newer configure -print)" ]; then
		autoreconf -fi || return 1
	fi
	mkdir -p "$folder"
	(cd "$folder" && "$OLDPWD/configure" -q "$@" && make -s -j"$(nproc)")
}
