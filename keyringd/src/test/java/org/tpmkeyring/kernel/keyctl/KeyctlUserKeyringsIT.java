// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.kernel.UserKeyringsContract;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Requires;
import org.tpmkeyring.testing.Shell;

/** The contract on the kernel's own keyrings: another user's, and root's. */
class KeyctlUserKeyringsIT {
    private static KeyctlUserKeyrings keyrings;

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

    /** What a person does by hand, with keyctl. */
    abstract static class ByHand extends UserKeyringsContract {
        @Override
        protected UserKeyrings keyrings() {
            return keyrings;
        }

        private int serial(KernelKeyType type, String description) throws Exception {
            return keyrings.find(uid(), type, description)
                    .serial()
                    .orElseThrow()
                    .value();
        }

        @Override
        protected void unlinkByHand(KernelKeyType type, String description) throws Exception {
            Shell.login(uid(), "keyctl unlink " + serial(type, description) + " @u")
                    .succeeded();
        }

        /** Only root may: the user's attempt is in {@link DeliveredKeysIT}. */
        @Override
        protected void revokeByHand(KernelKeyType type, String description) throws Exception {
            Shell.run("keyctl revoke " + serial(type, description)).succeeded();
        }

        @Override
        protected void expireByHand(KernelKeyType type, String description) throws Exception {
            int serial = serial(type, description);
            Shell.run("keyctl timeout " + serial + " 1").succeeded();
            Shell.run("while keyctl describe " + serial + "; do :; done").succeeded();
        }

        @Override
        protected void replaceByHand(KernelKeyType type, String description) throws Exception {
            Shell.login(
                            uid(),
                            "keyctl unlink " + serial(type, description) + " @u && keyctl add " + type.kernelName()
                                    + " " + description + " mine @u")
                    .succeeded();
        }

        @AfterEach
        void clear() throws Exception {
            Shell.login(uid(), "keyctl clear @u").succeeded();
        }
    }

    @Nested
    class OfAnotherUser extends ByHand {
        @Override
        protected long uid() {
            return 61_001;
        }
    }

    @Nested
    class OfRoot extends ByHand {
        @Override
        protected long uid() {
            return 0;
        }

        /** Root's own keyring may hold keys of this machine: only ours are taken out again. */
        @Override
        @AfterEach
        void clear() throws Exception {
            Shell.run("for k in $(keyctl rlist @u); do case $(keyctl rdescribe $k) in *contract*) "
                            + "keyctl unlink $k @u;; esac; done")
                    .succeeded();
        }
    }

    @Nested
    class OfSomebodyWithoutKeyring {
        /** Keyrings are never unmade, so each run takes a uid that nobody had. */
        @Test
        void theKeyringIsMade() throws Exception {
            long uid = 70_000 + ProcessHandle.current().pid() % 1_000_000;
            try (SecretBuffer payload = UserKeyringsContract.secret("first")) {
                keyrings.deliver(uid, KernelKeyType.USER, "contract-first", payload, true);
            }
            assertThat(Shell.login(uid, "keyctl print %user:contract-first").lastLine())
                    .isEqualTo("first");
            assertThat(keyrings.remove(uid, KernelKeyType.USER, "contract-first"))
                    .isTrue();
        }
    }
}
