// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcKeysTest {
    private static ProcKeys.Line parse(String line) {
        return ProcKeys.parse(line).orElseThrow();
    }

    @Test
    void aUserKeyringHasItsOwner() {
        ProcKeys.Line line = parse("15245390 I--Q---     3 perm 1f3f0000 61001 65534 keyring   _uid.61001: 1");
        assertThat(line.serial()).isEqualTo(0x15245390);
        assertThat(line.key()).isEqualTo(new KeyDescription("keyring", 61_001, 0x1f3f0000, "_uid.61001"));
        assertThat(line.revoked() || line.expired()).isFalse();
    }

    @Test
    void anEmptyKeyringHasNoNumber() {
        assertThat(parse("16ea756f I--Q---     2 perm 1f3f0000     0 65534 keyring   _uid.0: empty")
                        .key()
                        .text())
                .isEqualTo("_uid.0");
    }

    @Test
    void spacesColonsAndDigitsBelongToTheDescription() {
        assertThat(parse("2d039ba9 I--Q---     1   3d 3f010000  1000  1000 user      a b: 12: 7: 15")
                        .key()
                        .text())
                .isEqualTo("a b: 12: 7");
    }

    @Test
    void aRevokedKeyIsNotTakenForAnExpiredOneThoughItsTimeIsOver() {
        ProcKeys.Line line = parse("2d039ba9 IR-Q---     1 expd 3f010000 61001 61001 user      foo: 0");
        assertThat(line.revoked()).isTrue();
        assertThat(line.expired()).isTrue();
        assertThat(line.key().text()).isEqualTo("foo");
    }

    @Test
    void aLongTypeIsKnownByItsFirstNineCharacters() {
        ProcKeys.Line line = parse("0a1b2c3d I--Q---     1 perm 0929ffff     0     0 fscrypt-p fscrypt:00ff: 72 [2]");
        assertThat(line.is("fscrypt-provisioning", "fscrypt:00ff")).isTrue();
        assertThat(line.is("user", "fscrypt:00ff")).isFalse();
    }

    @Test
    void otherLinesAreNoKeys() {
        assertThat(ProcKeys.parse("")).isEmpty();
        assertThat(ProcKeys.parse("15245390 I--Q---")).isEmpty();
    }
}
