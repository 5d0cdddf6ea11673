// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tpmkeyring.kernel.EncryptedKeyShape;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyringsContract;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Shell;

/** Kernel-made keys come back as the same keys. */
class EncryptedKeysIT extends KernelFixture {
    private static final String MASTER = "0123456789abcdef0123456789abcdef";

    /** The export holds the payload under the master: the same export is the same payload. */
    @ParameterizedTest
    @CsvSource({"default,128", "ecryptfs,64", "enc32,32"})
    void aKeyThatWasRemovedIsLoadedAgain(String format, int size) throws Exception {
        EncryptedKeyShape shape = new EncryptedKeyShape(format, "it-master", size);
        String description = "00112233445566aa";
        try (SecretBuffer master = UserKeyringsContract.secret(MASTER)) {
            Bytes exported = keyrings.makeEncrypted(shape, master);
            String text = new String(exported.toArray(), StandardCharsets.US_ASCII);
            for (int round = 0; round < 2; round++) {
                int serial = keyrings.loadEncrypted(ALICE, description, shape, exported, master)
                        .value();
                assertThat(Shell.login(ALICE, "keyctl request encrypted " + description)
                                .lastLine())
                        .isEqualTo(String.valueOf(serial));
                assertThat(Shell.login(ALICE, "keyctl print " + serial).exit())
                        .as("its possessor does not even read the export")
                        .isNotZero();
                waitUntilGone("it-master");
                assertThat(exportedByHand(serial)).isEqualTo(text);
                assertThat(keyrings.remove(ALICE, KernelKeyType.ENCRYPTED, description))
                        .isTrue();
                assertThat(keyrings.find(ALICE, KernelKeyType.ENCRYPTED, description)
                                .state())
                        .isEqualTo(KeyState.LOCKED);
            }
        }
    }

    /** Root makes the key readable for a moment and puts the master in reach; the kernel encrypts anew. */
    private static String exportedByHand(int serial) throws Exception {
        return Shell.login(
                        0,
                        "keyctl add user it-master " + MASTER + " @s && keyctl setperm " + serial
                                + " 0x092b0000 && keyctl print " + serial + " && keyctl setperm " + serial
                                + " 0x09290000")
                .succeeded()
                .lastLine();
    }
}
