// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.secret;

import java.nio.charset.StandardCharsets;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.binding.ErrnoException;
import org.tpmkeyring.secret.binding.LibC;

/** Random numbers of the kernel, getrandom(2), alone or mixed with those of a TPM. */
public final class SecretRandom {
    private static final int KERNEL_PART_BYTES = 32;
    private static final String PURPOSE = "tpm-keyring random ";

    private SecretRandom() {}

    /** Fills the buffer; the bytes are written by the kernel into its page and nowhere else. */
    public static void fill(SecretBuffer into) {
        try (SecretBuffer.Pin pin = into.pin()) {
            int done = 0;
            while (done < pin.size()) {
                done += (int) oneCall(pin.address() + done, pin.size() - done);
            }
        }
    }

    private static long oneCall(long address, int length) {
        try {
            return LibC.getrandom(address, length);
        } catch (ErrnoException e) {
            if (e.errno() == ErrnoException.EINTR) {
                return 0;
            }
            throw new IllegalStateException("the kernel gives no random numbers: " + e.getMessage(), e);
        }
    }

    /**
     * Fills the buffer with bytes that nobody can foretell who knows only one of the two sources:
     * HKDF-SHA256 of 32 kernel bytes and the TPM's, afresh for every 8,160 bytes.
     *
     * @param fromTpm random bytes of the TPM, 32 or more; stays the caller's
     */
    public static void fillMixed(SecretBuffer into, SecretBuffer fromTpm) {
        for (int done = 0; done < into.size(); done += Hkdf.MAX_LENGTH_BYTES) {
            int length = Math.min(Hkdf.MAX_LENGTH_BYTES, into.size() - done);
            Bytes info = Bytes.copyOf((PURPOSE + done).getBytes(StandardCharsets.US_ASCII));
            try (SecretBuffer both = SecretBuffer.allocate(KERNEL_PART_BYTES + fromTpm.size());
                    SecretBuffer fromKernel = SecretBuffer.allocate(KERNEL_PART_BYTES)) {
                fill(fromKernel);
                both.put(0, fromKernel);
                both.put(KERNEL_PART_BYTES, fromTpm);
                try (SecretBuffer mixed = Hkdf.derive(both, Bytes.copyOf(new byte[0]), info, length)) {
                    into.put(done, mixed);
                }
            }
        }
    }

    /** Random bytes that are no secret: nonces, salts, identifiers. */
    public static Bytes publicBytes(int length) {
        byte[] octets = new byte[length];
        if (length > 256) {
            throw new IllegalArgumentException("one call of getrandom(2) is sure to give 256 bytes, not more");
        }
        try {
            if (LibC.getrandom(octets) != length) {
                throw new IllegalStateException("the kernel gave too few random numbers");
            }
        } catch (ErrnoException e) {
            throw new IllegalStateException("the kernel gives no random numbers: " + e.getMessage(), e);
        }
        return Bytes.copyOf(octets);
    }
}
