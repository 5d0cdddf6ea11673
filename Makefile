# SPDX-License-Identifier: Apache-2.0
# Lays out the installed tree from dist/, which ./build makes:
#
#   make install [DESTDIR=/tmp/tree] [PREFIX=/usr] [SYSCONFDIR=/etc] [SECURITYDIR=/usr/lib/x86_64-linux-gnu/security]
#
# What is there already in SYSCONFDIR is left alone. The class-data archives belong to the JVM of the machine
# that they are used on; there, /usr/lib/tpm-keyring/bin/make-class-data-archives makes them.

DESTDIR =
PREFIX = /usr
SYSCONFDIR = /etc

# where PAM looks for modules: Debian's multiarch directory, or the plain one where there is none
MULTIARCH = $(shell dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || $(CC) -print-multiarch 2>/dev/null)
SECURITYDIR = $(PREFIX)/lib$(addprefix /,$(MULTIARCH))/security

home = $(PREFIX)/lib/tpm-keyring
systemd = $(PREFIX)/lib/systemd
# mount(8) looks for its helpers there and nowhere else
helpers = /usr/sbin
# units name programs by their absolute paths
relocate = sed -E 's,/usr/(bin|sbin|lib)/(tpm-keyring|keyringd),$(PREFIX)/\1/\2,g'

.PHONY: install
install:
	test -x dist/bin/keyringd || { echo 'there is no dist/ yet, ./build makes it' >&2; exit 1; }
	install -d $(addprefix $(DESTDIR),$(home)/bin $(home)/lib/native $(PREFIX)/bin $(PREFIX)/sbin $(PREFIX)/share)
	install -m 755 dist/bin/* scripts/make-class-data-archives $(DESTDIR)$(home)/bin
	install -m 644 dist/lib/*.jar dist/lib/*.sh $(DESTDIR)$(home)/lib
	install -m 755 dist/lib/feed-key $(DESTDIR)$(home)/lib
	install -m 644 dist/lib/native/*.so $(DESTDIR)$(home)/lib/native
	set -e; for module in $(wildcard dist/lib/security/*.so); do \
	    install -D -m 644 $$module $(DESTDIR)$(SECURITYDIR)/$${module##*/}; \
	    install -D -m 644 pam-hook/pam-configs/tpm-keyring $(DESTDIR)$(PREFIX)/share/pam-configs/tpm-keyring; \
	done
	ln -sf ../lib/tpm-keyring/bin/tpm-keyring $(DESTDIR)$(PREFIX)/bin/tpm-keyring
	ln -sf ../lib/tpm-keyring/bin/keyringd $(DESTDIR)$(PREFIX)/sbin/keyringd
	cp -R --no-preserve=mode,ownership dist/share/. $(DESTDIR)$(PREFIX)/share
	set -e; for unit in $(wildcard systemd/*.service systemd/*.socket systemd/*.target); do \
	    install -d $(DESTDIR)$(systemd)/system; \
	    $(relocate) $$unit >$(DESTDIR)$(systemd)/system/$${unit##*/}; \
	    chmod 644 $(DESTDIR)$(systemd)/system/$${unit##*/}; \
	done
	set -e; for generator in $(wildcard systemd/*-generator); do \
	    install -d $(DESTDIR)$(systemd)/system-generators; \
	    $(relocate) $$generator >$(DESTDIR)$(systemd)/system-generators/$${generator##*/}; \
	    chmod 755 $(DESTDIR)$(systemd)/system-generators/$${generator##*/}; \
	    install -m 644 $$generator.sh $(DESTDIR)$(systemd)/system-generators; \
	done
	set -e; for helper in $(wildcard systemd/bin/mount.*); do \
	    install -d $(DESTDIR)$(helpers); \
	    $(relocate) $$helper >$(DESTDIR)$(helpers)/$${helper##*/}; \
	    chmod 755 $(DESTDIR)$(helpers)/$${helper##*/}; \
	done
	set -e; for preset in $(wildcard systemd/*.preset); do \
	    install -D -m 644 $$preset $(DESTDIR)$(systemd)/system-preset/$${preset##*/}; \
	done
	set -e; for file in $(wildcard systemd/sysusers.d/*.conf systemd/tmpfiles.d/*.conf); do \
	    install -D -m 644 $$file $(DESTDIR)$(PREFIX)/lib/$${file#systemd/}; \
	done
	set -e; for file in $(wildcard systemd/keyringd.conf systemd/mounttab); do \
	    target=$(DESTDIR)$(SYSCONFDIR)/tpm-keyring/$${file##*/}; \
	    test -e $$target || install -D -m 644 $$file $$target; \
	done
