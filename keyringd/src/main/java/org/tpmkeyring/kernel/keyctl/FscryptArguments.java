// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * Arguments of the fscrypt ioctls in the layout of {@code linux/fscrypt.h}, in the byte order of the
 * machine. Those that hold no key are arrays.
 */
final class FscryptArguments {
    /** {@code _IOWR('f', 23, struct fscrypt_add_key_arg)} and its neighbours. */
    static final long ADD_ENCRYPTION_KEY = 0xc0506617L;

    static final long REMOVE_ENCRYPTION_KEY = 0xc0406618L;
    static final long GET_ENCRYPTION_KEY_STATUS = 0xc080661aL;
    static final long SET_ENCRYPTION_POLICY = 0x800c6613L;
    static final long GET_ENCRYPTION_POLICY_EX = 0xc0096616L;

    /** FSCRYPT_KEY_STATUS_*. */
    static final int STATUS_PRESENT = 2;

    static final int STATUS_INCOMPLETELY_REMOVED = 3;

    /** FSCRYPT_KEY_REMOVAL_STATUS_FLAG_*. */
    static final int FILES_BUSY = 1;

    static final int OTHER_USERS = 2;

    private static final int SPEC_TYPE_IDENTIFIER = 2;
    private static final int IDENTIFIER_OFFSET = 8;
    private static final int IDENTIFIER_BYTES = 16;

    private static final int ADD_KEY_BYTES = 80;
    private static final int ADD_KEY_RAW_SIZE = 40;
    private static final int ADD_KEY_KEY_ID = 44;

    private static final int REMOVE_KEY_BYTES = 64;
    private static final int REMOVE_KEY_FLAGS = 40;

    private static final int STATUS_BYTES = 128;
    private static final int STATUS_STATUS = 64;

    private static final int POLICY_V2_BYTES = 24;
    private static final int POLICY_V2_IDENTIFIER = 8;
    private static final byte POLICY_V2 = 2;
    private static final byte MODE_AES_256_XTS = 1;
    private static final byte MODE_AES_256_CTS = 4;
    private static final byte PAD_32 = 3;
    private static final int POLICY_EX_POLICY = 8;

    private FscryptArguments() {}

    /** {@code struct fscrypt_add_key_arg} with the raw key at its end; the caller owns it. */
    static SecretBuffer addKey(SecretBuffer raw) {
        SecretBuffer argument = SecretBuffer.allocate(ADD_KEY_BYTES + raw.size());
        argument.withBytes(bytes -> bytes.order(ByteOrder.nativeOrder())
                .putInt(0, SPEC_TYPE_IDENTIFIER)
                .putInt(ADD_KEY_RAW_SIZE, raw.size()));
        argument.put(ADD_KEY_BYTES, raw);
        return argument;
    }

    /** The same with the serial of a provisioning key in the place of the raw key. */
    static byte[] addKey(int keyId) {
        return filled(ADD_KEY_BYTES)
                .putInt(0, SPEC_TYPE_IDENTIFIER)
                .putInt(ADD_KEY_KEY_ID, keyId)
                .array();
    }

    /** Identifier that the kernel wrote into a {@code fscrypt_key_specifier}. */
    static Bytes identifierIn(SecretBuffer argument) {
        return argument.withBytes(bytes -> {
            byte[] identifier = new byte[IDENTIFIER_BYTES];
            bytes.get(IDENTIFIER_OFFSET, identifier);
            return Bytes.copyOf(identifier);
        });
    }

    static Bytes identifierIn(byte[] argument) {
        return part(argument, IDENTIFIER_OFFSET);
    }

    static byte[] removeKey(Bytes identifier) {
        return withIdentifier(REMOVE_KEY_BYTES, identifier);
    }

    static int removalFlags(byte[] argument) {
        return wrapped(argument).getInt(REMOVE_KEY_FLAGS);
    }

    static byte[] keyStatus(Bytes identifier) {
        return withIdentifier(STATUS_BYTES, identifier);
    }

    static int status(byte[] argument) {
        return wrapped(argument).getInt(STATUS_STATUS);
    }

    /** {@code struct fscrypt_policy_v2}: AES-256-XTS contents, AES-256-CTS names padded to 32 bytes. */
    static byte[] policy(Bytes identifier) {
        return filled(POLICY_V2_BYTES)
                .put(0, POLICY_V2)
                .put(1, MODE_AES_256_XTS)
                .put(2, MODE_AES_256_CTS)
                .put(3, PAD_32)
                .put(POLICY_V2_IDENTIFIER, identifier.toArray())
                .array();
    }

    /** {@code struct fscrypt_get_policy_ex_arg}, with room for either version of a policy. */
    static byte[] anyPolicy() {
        return filled(POLICY_EX_POLICY + POLICY_V2_BYTES)
                .putLong(0, POLICY_V2_BYTES)
                .array();
    }

    /** Whether an answer is a v2 policy with this key. */
    static boolean isPolicyOf(byte[] answer, Bytes identifier) {
        return policyIdentifier(answer).filter(identifier::equals).isPresent();
    }

    /** The key of the policy in an answer; empty for another version than 2. */
    static Optional<Bytes> policyIdentifier(byte[] answer) {
        return answer[POLICY_EX_POLICY] == POLICY_V2
                ? Optional.of(part(answer, POLICY_EX_POLICY + POLICY_V2_IDENTIFIER))
                : Optional.empty();
    }

    private static byte[] withIdentifier(int size, Bytes identifier) {
        return filled(size)
                .putInt(0, SPEC_TYPE_IDENTIFIER)
                .put(IDENTIFIER_OFFSET, identifier.toArray())
                .array();
    }

    private static Bytes part(byte[] argument, int offset) {
        return Bytes.copyOf(Arrays.copyOfRange(argument, offset, offset + IDENTIFIER_BYTES));
    }

    private static ByteBuffer filled(int size) {
        return wrapped(new byte[size]);
    }

    private static ByteBuffer wrapped(byte[] argument) {
        return ByteBuffer.wrap(argument).order(ByteOrder.nativeOrder());
    }
}
