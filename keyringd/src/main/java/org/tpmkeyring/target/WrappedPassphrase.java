// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.AesEcb;
import org.tpmkeyring.secret.IteratedSha512;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * The file {@code wrapped-passphrase} of ecryptfs-utils (src/libecryptfs/key_management.c,
 * read_v1_wrapped_passphrase_file and read_v2_wrapped_passphrase_file of version 111): the mount passphrase,
 * encrypted under the first 16 bytes of a key that is derived from the wrapping password as the tokens are from the
 * mount passphrase. Version 1 is the signature of that key and the ciphertext; version 2 has {@code :}, the number 2
 * and the salt before them. The ciphertext is the passphrase, filled up with zeros to whole blocks.
 *
 * @param salt 8 bytes, of version 2; version 1 takes it from elsewhere
 * @param signature of the wrapping key, 16 hex digits
 * @param ciphertext 1 to 4 blocks of 16 bytes
 */
public record WrappedPassphrase(Optional<Bytes> salt, String signature, Bytes ciphertext) {
    /** The longest password that the tools take (ECRYPTFS_MAX_PASSPHRASE_BYTES); none takes an empty one. */
    public static final int MAX_PASSWORD_BYTES = 64;

    private static final int MARK = ':';
    private static final int VERSION_2 = 2;
    private static final int VERSION_BYTES = 2;
    private static final int SIGNATURE_CHARS = 2 * IteratedSha512.SIGNATURE_BYTES;
    private static final int MOST_CIPHERTEXT_BYTES = 64;

    /**
     * Reads a file.
     *
     * @throws KeyringException BAD_ARGUMENT when it is no such file
     */
    public static WrappedPassphrase parse(Bytes file) {
        byte[] all = file.toArray();
        if (all.length == 0 || all[0] != MARK) {
            return parse(Optional.empty(), all, 0);
        }
        if (all.length < VERSION_BYTES + IteratedSha512.SALT_BYTES) {
            throw malformed("it is cut off");
        }
        if (all[1] != VERSION_2) {
            throw malformed("it has version " + all[1] + ", and 1 and 2 are known");
        }
        int rest = VERSION_BYTES + IteratedSha512.SALT_BYTES;
        return parse(Optional.of(Bytes.copyOf(Arrays.copyOfRange(all, VERSION_BYTES, rest))), all, rest);
    }

    private static WrappedPassphrase parse(Optional<Bytes> salt, byte[] all, int from) {
        int ciphertext = from + SIGNATURE_CHARS;
        int length = all.length - ciphertext;
        if (length < AesEcb.BLOCK_BYTES || length > MOST_CIPHERTEXT_BYTES || length % AesEcb.BLOCK_BYTES != 0) {
            throw malformed("it has " + all.length + " bytes, which no such file has");
        }
        String signature = new String(all, from, SIGNATURE_CHARS, StandardCharsets.ISO_8859_1);
        if (!signature.matches("[0-9a-f]{" + SIGNATURE_CHARS + "}")) {
            throw malformed("the signature in it is not one of 16 hex digits");
        }
        return new WrappedPassphrase(salt, signature, Bytes.copyOf(Arrays.copyOfRange(all, ciphertext, all.length)));
    }

    /**
     * Unwraps the mount passphrase. A wrong password is found by the signature, before anything is decrypted.
     *
     * @param password 1 to 64 bytes; stays the caller's
     * @param ownSalt of {@code .ecryptfsrc}, which version 1 may have been wrapped with
     * @return the passphrase, which the caller owns; empty when it is not the password
     * @throws KeyringException BAD_ARGUMENT when what is inside is no passphrase
     */
    public Optional<SecretBuffer> unwrap(SecretBuffer password, Optional<Bytes> ownSalt) {
        Stream<Bytes> ofVersion1 = Stream.concat(ownSalt.stream(), Stream.of(EcryptfsToken.CONTENTS.salt()));
        List<Bytes> salts =
                salt.map(List::of).orElseGet(() -> ofVersion1.distinct().toList());
        for (Bytes possible : salts) {
            try (SecretBuffer key = IteratedSha512.derive(possible, password)) {
                if (IteratedSha512.signature(key).hex().equals(signature)) {
                    return Optional.of(decrypt(key));
                }
            }
        }
        return Optional.empty();
    }

    private SecretBuffer decrypt(SecretBuffer key) {
        try (SecretBuffer padded = AesEcb.decrypt(key, ciphertext)) {
            int length = padded.withBytes(bytes -> {
                int end = 0;
                while (end < bytes.limit() && bytes.get(end) != 0) {
                    end++;
                }
                return end;
            });
            if (length == 0) {
                throw malformed("the passphrase in it is empty");
            }
            return padded.copyOfRange(0, length);
        }
    }

    private static KeyringException malformed(String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "wrapped-passphrase")
                .with("reason", "it is no wrapped passphrase of ecryptfs-utils: " + reason)
                .with("command", "import ecryptfs")
                .build();
    }
}
