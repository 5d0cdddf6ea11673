// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret.binding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LibCryptoTest {
    @Test
    void aMissingLibraryIsAnAnswerInOneLine() {
        assertThat(LibCrypto.problem()).isEmpty();
        assertThat(LibCrypto.register("libcrypto.so.99").orElseThrow())
                .contains("libcrypto.so.99")
                .doesNotContain("\n");
    }
}
