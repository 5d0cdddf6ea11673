// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class Tss2LibrariesTest {
    @Test
    void a_library_that_is_not_there_is_told_with_its_package() {
        assertThatThrownBy(() -> Tss2Libraries.load("libtss2-nonesuch.so.0", "libtss2-nonesuch0"))
                .isInstanceOf(Tss2Libraries.Missing.class)
                .hasMessage("the library libtss2-nonesuch.so.0 cannot be loaded,"
                        + " Debian has it in package libtss2-nonesuch0");
    }

    @Test
    void sonames_carry_their_version() {
        for (Tss2Libraries library : Tss2Libraries.values()) {
            assertThat(library.soname()).matches("libtss2-[a-z]+\\.so\\.[01]");
        }
    }
}
