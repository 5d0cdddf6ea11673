// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.keyctl.binding.LibC;
import org.tpmkeyring.testing.Requires;

@DisplayName("Acting for a user")
class FileSystemIdentityIT {
    private static final Path SUID_DUMPABLE = Path.of("/proc/sys/fs/suid_dumpable");
    private static final long SOMEBODY = 61_001;

    @Test
    @DisplayName("leaves the process closed to core dumps where the machine opens set-uid programs to them")
    void staysUndumpable() throws Exception {
        Requires.root();
        String before = Files.readString(SUID_DUMPABLE);
        int dumpable = LibC.prctl(LibC.PR_GET_DUMPABLE, 0, 0, 0, 0);
        try {
            Files.writeString(SUID_DUMPABLE, "2");
            LibC.prctl(LibC.PR_SET_DUMPABLE, 0, 0, 0, 0);
            int during = FileSystemIdentity.as(SOMEBODY, () -> LibC.prctl(LibC.PR_GET_DUMPABLE, 0, 0, 0, 0));
            assertThat(during).as("what the kernel does to the flag").isEqualTo(2);
            assertThat(LibC.prctl(LibC.PR_GET_DUMPABLE, 0, 0, 0, 0)).isZero();
        } finally {
            Files.writeString(SUID_DUMPABLE, before);
            LibC.prctl(LibC.PR_SET_DUMPABLE, dumpable, 0, 0, 0);
        }
    }
}
