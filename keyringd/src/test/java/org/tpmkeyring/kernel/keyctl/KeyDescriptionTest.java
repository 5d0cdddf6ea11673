// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelKeyType;

class KeyDescriptionTest {
    @Test
    void semicolonsBelongToTheDescription() {
        KeyDescription key = KeyDescription.parse("user;0;0;0b290000;a;b").orElseThrow();
        assertThat(key).isEqualTo(new KeyDescription("user", 0, 0x0b290000, "a;b"));
        assertThat(key.is(KernelKeyType.USER, "a;b")).isTrue();
        assertThat(key.is(KernelKeyType.LOGON, "a;b")).isFalse();
    }

    @Test
    void aKeyIsOursByOwnerAndPermissions() {
        assertThat(KeyDescription.parse("user;0;0;0b290000;a").orElseThrow().isOurs(0))
                .isTrue();
        assertThat(KeyDescription.parse("user;0;0;09290000;a").orElseThrow().isOurs(0))
                .isTrue();
        assertThat(KeyDescription.parse("user;0;0;3f010000;a").orElseThrow().isOurs(0))
                .isFalse();
        assertThat(KeyDescription.parse("user;7;0;0b290000;a").orElseThrow().isOurs(0))
                .isFalse();
    }

    @Test
    void whatIsNoDescriptionIsRefused() {
        assertThat(KeyDescription.parse("user;0;0;0b290000")).isEmpty();
        assertThat(KeyDescription.parse("user;x;0;0b290000;a")).isEmpty();
    }
}
