// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Debian 13, nothing changed, and its varlinkctl: show 8 of the issue. */
@Order(1)
class VmDebian13UsualIT extends UsualBoot {
    private static final String SOCKET = "/run/tpm-keyring/org.tpmkeyring";

    VmDebian13UsualIT() {
        super(13);
    }

    @Test
    void show8VarlinkctlIsToldWhoAnswers() throws IOException {
        assertThat(guest().must("varlinkctl info " + SOCKET)).contains("tpm-keyring", "org.tpmkeyring");
        assertThat(guest().must("varlinkctl introspect " + SOCKET + " org.tpmkeyring"))
                .contains("method Unlock", "method CloseDoor", "error DoorClosed");
    }

    @Test
    void show8VarlinkctlCallsMethods() throws IOException {
        assertThat(guest().must("varlinkctl --json=short call " + SOCKET + " org.tpmkeyring.ListKeys '{}'"))
                .contains("\"data\"", "\"private\"", "\"documents\"");
        assertThat(guest().run("varlinkctl call " + SOCKET + " org.tpmkeyring.ListKeys '{\"vault\":7}'")
                        .status())
                .isNotZero();
    }
}
