# SPDX-License-Identifier: Apache-2.0
# make install DESTDIR=/tmp/root: programs, configuration, rules, units, and the module's sources for dkms.

PREFIX     ?= /usr
SYSCONFDIR ?= /etc
UNITDIR    ?= $(PREFIX)/lib/systemd/system
MODULE_VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf 2>/dev/null)
MODULE_SRC  = /usr/src/falco-$(MODULE_VERSION)
ETC         = $(DESTDIR)$(SYSCONFDIR)/falco

.PHONY: install install-module uninstall

install: all install-module
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(UNITDIR) $(ETC)/rules.d $(ETC)/config.d
	install -m 755 $(BUILD)/falco $(BUILD)/falco-driver-loader $(DESTDIR)$(PREFIX)/bin/
	install -m 644 rules/falco_rules.yaml $(ETC)/falco_rules.yaml
	[ -e $(ETC)/falco.yaml ] || install -m 644 packaging/falco.yaml $(ETC)/falco.yaml
	[ -e $(ETC)/falco_rules.local.yaml ] || install -m 644 packaging/falco_rules.local.yaml $(ETC)/falco_rules.local.yaml
	install -m 644 packaging/systemd/*.service $(DESTDIR)$(UNITDIR)/
	install -D -m 644 packaging/falco.8 $(DESTDIR)$(PREFIX)/share/man/man8/falco.8

# What dkms needs: the sources that git tracks, or, without git, all of them.
install-module:
	rm -rf $(DESTDIR)$(MODULE_SRC)
	install -d $(DESTDIR)$(MODULE_SRC)
	(git ls-files dkms.conf kmod 2>/dev/null | grep . || find dkms.conf kmod -type f ! -name '*.o' ! -name '*.ko' ! -name '.*.cmd') | \
		cpio --quiet -pdm $(DESTDIR)$(MODULE_SRC)

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/falco $(DESTDIR)$(PREFIX)/bin/falco-driver-loader $(ETC)/falco_rules.yaml
	rm -f $(DESTDIR)$(UNITDIR)/falco.service $(DESTDIR)$(UNITDIR)/falco-driver.service $(DESTDIR)$(PREFIX)/share/man/man8/falco.8
	rm -rf $(DESTDIR)$(MODULE_SRC)
