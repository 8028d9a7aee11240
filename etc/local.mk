# SPDX-License-Identifier: Apache-2.0
# What an operator installs: sample configuration, completion, systemd unit, init script.

EXTRA_DIST += etc/keepd.conf.sample.head etc/keepd.service.in etc/keepd.init.in
CLEANFILES += etc/keepd.service etc/keepd.init

sampledir = $(sysconfdir)/keepd
dist_sample_DATA = etc/keepd.conf.sample

systemdunitdir = $(systemdsystemunitdir)
nodist_systemdunit_DATA = etc/keepd.service

# One file for two programs: bash looks for the name of each.
bashcompdir = $(datadir)/bash-completion/completions
dist_noinst_DATA = etc/keepd.bash-completion

install-data-local:
	$(MKDIR_P) $(DESTDIR)$(bashcompdir)
	$(INSTALL_DATA) $(srcdir)/etc/keepd.bash-completion $(DESTDIR)$(bashcompdir)/keepd
	cd $(DESTDIR)$(bashcompdir) && rm -f keepctl && ln -s keepd keepctl

uninstall-local:
	rm -f $(DESTDIR)$(bashcompdir)/keepd $(DESTDIR)$(bashcompdir)/keepctl

initdir = $(pkgdatadir)
nodist_init_SCRIPTS = etc/keepd.init

fill_paths = sed -e 's|@sbindir[@]|$(sbindir)|g' -e 's|@runstatedir[@]|$(runstatedir)|g'

etc/keepd.service: $(srcdir)/etc/keepd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) etc && $(fill_paths) $(srcdir)/etc/keepd.service.in > $@.tmp && mv $@.tmp $@

etc/keepd.init: $(srcdir)/etc/keepd.init.in Makefile
	$(AM_V_GEN)$(MKDIR_P) etc && $(fill_paths) $(srcdir)/etc/keepd.init.in > $@.tmp && chmod +x $@.tmp && mv $@.tmp $@
