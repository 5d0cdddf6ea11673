// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel;

import java.nio.ByteOrder;
import org.tpmkeyring.secret.SecretBuffer;

/** The payload of a {@code fscrypt-provisioning} key (linux/fscrypt.h, fscrypt_provisioning_key_payload). */
public final class FscryptProvisioning {
    private static final int SPEC_TYPE_IDENTIFIER = 2;
    private static final int RAW_OFFSET = 8;

    private FscryptProvisioning() {}

    /**
     * A payload for keys of v2 policies.
     *
     * @param raw 16 to 64 bytes; stays the caller's
     * @return type, a reserved word and the key; the caller owns it
     */
    public static SecretBuffer payload(SecretBuffer raw) {
        SecretBuffer payload = SecretBuffer.allocate(RAW_OFFSET + raw.size());
        payload.withBytes(bytes -> bytes.order(ByteOrder.nativeOrder()).putInt(0, SPEC_TYPE_IDENTIFIER));
        payload.put(RAW_OFFSET, raw);
        return payload;
    }
}
