// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.util.random.RandomGenerator;
import org.tpmkeyring.secret.SecretBuffer;

/** Secrets for tests. Unlike everywhere else their bytes may pass through the heap. */
public final class Secrets {
    private Secrets() {}

    /** A buffer of random bytes; the caller owns it. */
    public static SecretBuffer random(int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        RandomGenerator.getDefault().nextBytes(bytes);
        return of(bytes);
    }

    /** A buffer of these bytes; the caller owns it. */
    public static SecretBuffer of(byte[] bytes) {
        SecretBuffer secret = SecretBuffer.allocate(bytes.length);
        secret.withBytes(buffer -> buffer.put(bytes));
        return secret;
    }

    /** What is in it. */
    public static byte[] bytesOf(SecretBuffer secret) {
        return secret.withBytes(buffer -> {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        });
    }
}
