// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelException;

class KeyctlTest {
    @Test
    void aMissingLibraryIsNamedWithItsPackage() {
        assertThatThrownBy(() -> Keyctl.refuse(Optional.of("no such file")))
                .isInstanceOf(KernelException.class)
                .hasMessage("libkeyutils.so.1 cannot be loaded, install package libkeyutils1: no such file");
        assertThatCode(() -> Keyctl.refuse(Optional.empty())).doesNotThrowAnyException();
    }
}
