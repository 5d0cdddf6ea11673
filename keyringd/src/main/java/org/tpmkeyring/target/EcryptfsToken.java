// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.IteratedSha512;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * One of the two authentication tokens of an eCryptfs passphrase, in the layout of {@code struct
 * ecryptfs_auth_tok} (include/linux/ecryptfs.h; ecryptfs-utils fills it in generate_payload of
 * src/libecryptfs/key_management.c), in the byte order of the machine. What is not named stays zero.
 */
enum EcryptfsToken {
    /** Wraps the keys of file contents. */
    CONTENTS("0011223344556677", "signature", 0),
    /**
     * Encrypts file names. The salt is the text {@code 99887766}: ecryptfs-utils passes its constant
     * {@code "9988776655443322"} on without decoding the hex digits, so the first eight of them are the salt
     * of every encrypted home there is (ecryptfs_add_passphrase.c, pam_ecryptfs.c).
     */
    NAMES("3939383837373636", "fnek-signature", 64);

    static final int PAYLOAD_BYTES = 740;

    /** Major version 0, minor 4: the kernel takes no other. */
    private static final short VERSION = 0x0004;

    /** OpenPGP's number of SHA-512. */
    private static final int HASH_SHA512 = 10;

    private static final int KEY_IS_SET = 0x02;

    private static final int HASH_ALGO_OFFSET = 632;
    private static final int KEY_BYTES_OFFSET = 640;
    private static final int FLAGS_OFFSET = 644;
    private static final int KEY_OFFSET = 648;
    private static final int SIGNATURE_OFFSET = 712;
    private static final int SALT_OFFSET = 729;

    private final String saltHex;
    private final String attribute;
    private final int storedOffset;

    EcryptfsToken(String saltHex, String attribute, int storedOffset) {
        this.saltHex = saltHex;
        this.attribute = attribute;
        this.storedOffset = storedOffset;
    }

    /** Where the derived key begins in the stored secret; part of the format, never to be changed. */
    int storedOffset() {
        return storedOffset;
    }

    /** Name of the attribute that holds the signature. */
    String attribute() {
        return attribute;
    }

    /** What ecryptfs-utils derives with, unless {@code .ecryptfsrc} has another for {@link #CONTENTS}. */
    Bytes salt() {
        return Bytes.ofHex(saltHex);
    }

    /**
     * @param key 64 bytes, derived from the passphrase; stays the caller's
     * @param signature 16 hex digits
     * @return 740 bytes; the caller owns them
     */
    SecretBuffer payload(SecretBuffer key, String signature) {
        SecretBuffer payload = SecretBuffer.allocate(PAYLOAD_BYTES);
        payload.put(KEY_OFFSET, key);
        payload.withBytes(bytes -> fill(bytes.order(ByteOrder.nativeOrder()), signature));
        return payload;
    }

    private ByteBuffer fill(ByteBuffer bytes, String signature) {
        return bytes.putShort(0, VERSION)
                .putInt(HASH_ALGO_OFFSET, HASH_SHA512)
                .putInt(KEY_BYTES_OFFSET, IteratedSha512.KEY_BYTES)
                .putInt(FLAGS_OFFSET, KEY_IS_SET)
                .put(SIGNATURE_OFFSET, signature.getBytes(StandardCharsets.US_ASCII))
                .put(SALT_OFFSET, salt().toArray());
    }
}
