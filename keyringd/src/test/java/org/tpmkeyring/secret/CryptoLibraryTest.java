// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CryptoLibraryTest {
    @Test
    void isThereWhereTheTestsRun() {
        assertThatCode(CryptoLibrary::requirePresent).doesNotThrowAnyException();
    }

    @Test
    void namesThePackageWhenItIsMissing() {
        assertThatThrownBy(() -> CryptoLibrary.refuse(Optional.of("no such file")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("OpenSSL 3 is missing, install libssl3 (it has libcrypto.so.3): no such file");
    }

    @Test
    void tellsTheFunctionThatFailed() {
        assertThatThrownBy(() -> CryptoLibrary.check("EVP_Anything", 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("EVP_Anything failed: ");
        assertThatThrownBy(() -> CryptoLibrary.checkPointer("EVP_Anything", 0))
                .isInstanceOf(IllegalStateException.class);
    }
}
