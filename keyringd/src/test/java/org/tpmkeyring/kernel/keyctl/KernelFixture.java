// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyringsContract;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Shell;

/** Keyrings of the running kernel, for two people who exist for nothing else. */
abstract class KernelFixture {
    static final long ALICE = 61_011;
    static final long BOB = 61_012;

    static KeyctlUserKeyrings keyrings;

    @BeforeAll
    static void open() throws Exception {
        Requires.root();
        Requires.command("keyctl");
        Requires.command("setpriv");
        keyrings = new KeyctlUserKeyrings();
    }

    @AfterAll
    static void close() {
        if (keyrings != null) {
            keyrings.close();
        }
    }

    @AfterEach
    void clear() throws Exception {
        empty(ALICE);
        empty(BOB);
    }

    /** Without a session keyring, for which there may be no quota left. */
    private static void empty(long uid) throws Exception {
        Shell.run("setpriv --reuid=" + uid + " keyctl clear @u").succeeded();
    }

    /** The kernel collects keys that nothing links in its own time; the script's deadline ends the wait. */
    static void waitUntilGone(String description) throws Exception {
        Shell.run("while grep -q '" + description + "' /proc/keys; do :; done").succeeded();
    }

    /** Delivers a text and returns the serial. */
    static int deliver(long uid, KernelKeyType type, String description, String text, boolean readable)
            throws KernelException {
        try (SecretBuffer payload = UserKeyringsContract.secret(text)) {
            return keyrings.deliver(uid, type, description, payload, readable).value();
        }
    }
}
