// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

import org.junit.jupiter.api.AfterEach;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.testing.InMemoryKeyrings;

class InMemoryKeyringsTest extends UserKeyringsContract {
    private final InMemoryKeyrings fake = new InMemoryKeyrings();

    @AfterEach
    void wipe() {
        fake.close();
    }

    @Override
    protected UserKeyrings keyrings() {
        return fake;
    }

    @Override
    protected long uid() {
        return 1000;
    }

    @Override
    protected void unlinkByHand(KernelKeyType type, String description) {
        fake.unlink(uid(), type, description);
    }

    @Override
    protected void revokeByHand(KernelKeyType type, String description) {
        fake.change(uid(), type, description, KeyState.REVOKED);
    }

    @Override
    protected void expireByHand(KernelKeyType type, String description) {
        fake.change(uid(), type, description, KeyState.EXPIRED);
    }

    @Override
    protected void replaceByHand(KernelKeyType type, String description) {
        fake.change(uid(), type, description, KeyState.REPLACED);
    }
}
