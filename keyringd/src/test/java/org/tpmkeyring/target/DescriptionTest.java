// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

class DescriptionTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "cryptsetup", "fs:backup-2", "tpm-keyring:x", "~!#$"})
    void printableAsciiIsTaken(String description) {
        assertThat(Description.check(description)).isEqualTo(description);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "a\tb", "\u00e9", ".builtin", "_uid.0", "a\u007f"})
    void otherDescriptionsAreRefused(String description) {
        refused(() -> Description.check(description));
    }

    @Test
    void aDescriptionHasAtMost255Characters() {
        assertThat(Description.check("d".repeat(255))).hasSize(255);
        refused(() -> Description.check("d".repeat(256)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"noprefix", ":x", "prefix:"})
    void aLogonDescriptionNeedsPrefixAndName(String description) {
        refused(() -> Description.checkPrefixed(description));
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable check) {
        assertThatThrownBy(check)
                .isInstanceOfSatisfying(
                        KeyringException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_ARGUMENT));
    }
}
