// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.wire.Limits;

/** The payload of a key that a person gives, checked before it travels. */
public final class GivenKey {
    /** ECRYPTFS_MAX_PASSPHRASE_BYTES of ecryptfs-utils, and FSCRYPT_MAX_KEY_SIZE of linux/fscrypt.h. */
    private static final int SMALL_SECRET_BYTES = 64;

    /** PAM_MAX_RESP_SIZE of security/_pam_types.h. */
    private static final int PASSWORD_BYTES = 512;

    private final KeyName name;
    private final TargetType target;

    public GivenKey(KeyName name, TargetType target) {
        this.name = name;
        this.target = target;
    }

    /**
     * Reads a key from a file. What a person could have typed, the passphrase of an eCryptfs key or a password, loses
     * exactly one line break at its end, which editors and echo(1) add; every other key is taken byte for byte.
     *
     * @throws KeyringException BAD_SIZE when it is empty or too long for any kernel key
     */
    public DirectSecret from(KeyFile file) {
        DirectSecret secret = file.read(Limits.SECRET_BYTES);
        ByteBuffer bytes = secret.buffer();
        if (typed() && bytes.hasRemaining() && bytes.get(bytes.limit() - 1) == '\n') {
            bytes.limit(bytes.limit() - 1);
        }
        checkSize(secret, most());
        return secret;
    }

    /** The most that is possible for the target, as keyringd has it. */
    private int most() {
        return switch (target) {
            case ECRYPTFS, FSCRYPT, LUKS, DM_CRYPT, BCACHEFS -> SMALL_SECRET_BYTES;
            case AUTHTOK -> PASSWORD_BYTES;
            case USER, LOGON, ENCRYPTED, ZFS -> Limits.SECRET_BYTES;
        };
    }

    private boolean typed() {
        return target == TargetType.ECRYPTFS || target == TargetType.AUTHTOK;
    }

    /** Asks for it on the terminal. */
    public DirectSecret typed(PromptedSecret prompt, int maxBytes) throws IOException {
        String what = switch (target) {
            case ECRYPTFS -> "Passphrase";
            case AUTHTOK -> "Password";
            default -> "Secret";
        };
        DirectSecret secret = prompt.askTwice(what + " for key '" + name + "'", maxBytes);
        checkSize(secret, maxBytes);
        return secret;
    }

    /**
     * Closes the secret when its size is wrong.
     *
     * @throws KeyringException BAD_SIZE
     */
    public void checkSize(DirectSecret secret, int maxBytes) {
        int size = secret.buffer().remaining();
        if (size > 0 && size <= maxBytes) {
            return;
        }
        secret.close();
        throw KeyringException.of(ErrorKind.BAD_SIZE)
                .with("target", Words.of(target))
                .with("size", size == 0 ? "0" : "more than " + maxBytes)
                .with("reason", size == 0 ? "it is empty" : "the limit is " + maxBytes)
                .with("name", name)
                .build();
    }
}
