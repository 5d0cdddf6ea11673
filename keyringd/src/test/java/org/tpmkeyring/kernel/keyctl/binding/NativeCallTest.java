// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl.binding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NativeCallTest {
    /** Functions that no library has to have. */
    static final class NoFunctions {
        private NoFunctions() {}
    }

    @Test
    void aFailureIsMinusErrno() {
        assertThat(NativeCall.result(() -> LibC.close(-1))).isEqualTo(-9);
    }

    @Test
    void aMissingLibraryIsToldAndNotThrown() {
        assertThat(NativeCall.register(NoFunctions.class, "libnot-there.so.9").orElseThrow())
                .contains("libnot-there.so.9");
        assertThat(KeyUtils.problem()).isEmpty();
    }
}
