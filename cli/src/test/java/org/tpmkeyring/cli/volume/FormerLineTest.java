// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormerLineTest {
    private static final String SOCKET = "/run/tpm-keyring/cryptsetup";
    private static final String OURS = "data UUID=1 " + SOCKET + " luks,discard";

    @TempDir
    Path root;

    private FormerLine former;

    @BeforeEach
    void make() {
        former = new FormerLine(root, "data");
    }

    @Test
    void aLineThatWasThereBeforeComesBackByteForByte() throws Exception {
        String before = "data\tUUID=1\t/etc/caf\u00e9 \tluks,tpm2-device=auto\t# my note \r";
        former.keep(root, OURS, before);
        assertThat(former.instead(OURS, SOCKET)).isEqualTo(before);
        assertThat(Files.getPosixFilePermissions(former.path()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        former.forget();
        assertThat(former.path()).doesNotExist();
        former.forget();
    }

    @Test
    void aLineThatWasMadeGoes() {
        former.keep(root, OURS, "");
        assertThat(former.instead(OURS, SOCKET)).isEmpty();
    }

    @Test
    void aLineOfWhichNothingIsKnownAsksForAPassphrase() throws Exception {
        assertThat(former.instead(OURS + " # x", SOCKET)).isEqualTo("data UUID=1 none luks,discard # x");
        Files.createDirectories(former.path().getParent());
        for (String junk : new String[] {"", "\n", "# a\n", OURS}) {
            Files.writeString(former.path(), junk);
            assertThat(former.instead(OURS, SOCKET)).as(junk).isEqualTo("data UUID=1 none luks,discard");
        }
    }

    @Test
    void aLineThatSomebodyChangedSinceAsksForAPassphrase() {
        former.keep(root, OURS, "");
        assertThat(former.instead(OURS + ",noauto", SOCKET)).isEqualTo("data UUID=1 none luks,discard,noauto");
    }

    @Test
    void aLineThatTookItsKeyFromHereIsNotRestored() {
        former.keep(root, OURS, "data UUID=1 " + SOCKET + " luks,keyslot=1");
        assertThat(former.instead(OURS, SOCKET)).isEqualTo("data UUID=1 none luks,discard");
    }
}
