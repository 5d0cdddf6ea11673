// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.keyctl.binding.KeyUtils;
import org.tpmkeyring.kernel.keyctl.binding.NativeCall;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * The key management calls with words for their failures. They act with the credentials of the calling
 * thread. New keys go into its process keyring: a thread keyring would change its owner with every
 * setfsuid (key_fsuid_changed in security/keys/process_keys.c).
 */
final class Keyctl {
    private static final int DESCRIPTION_BYTES = 8192;
    private static final int SERIAL_BYTES = 4;

    private Keyctl() {}

    /**
     * @throws KernelException naming the package to install when libkeyutils is missing
     */
    static void requireLibrary() throws KernelException {
        refuse(KeyUtils.problem());
    }

    static void refuse(Optional<String> problem) throws KernelException {
        if (problem.isPresent()) {
            throw new KernelException(
                    "dlopen",
                    Errno.ELIBACC,
                    KeyUtils.SONAME + " cannot be loaded, install package libkeyutils1: " + problem.get());
        }
    }

    /** Adds a key to the thread's process keyring. A key of that type and description there is updated. */
    static int add(KernelKeyType type, String description, SecretBuffer payload) throws KernelException {
        String name = type.kernelName();
        return (int) Errno.check(
                "add_key",
                NativeCall.result(() -> KeyUtils.add_key(
                        name, description, payload.unsafeAddress(), payload.size(), KeyUtils.KEY_SPEC_PROCESS_KEYRING)),
                "the kernel takes no " + name + " key '" + description + "' of " + payload.size() + " bytes");
    }

    /** The same with an instruction instead of a secret, for {@code encrypted} keys. */
    static int add(KernelKeyType type, String description, Bytes instruction) throws KernelException {
        return (int) Errno.check(
                "add_key",
                tryToAdd(type, description, instruction),
                "the kernel takes no " + type.kernelName() + " key '" + description + "'");
    }

    /** The serial, or minus errno. */
    static long tryToAdd(KernelKeyType type, String description, Bytes payload) {
        return NativeCall.result(() -> KeyUtils.add_key(
                type.kernelName(),
                description,
                payload.toArray(),
                payload.length(),
                KeyUtils.KEY_SPEC_PROCESS_KEYRING));
    }

    static void setPermissions(int key, int permissions) throws KernelException {
        Errno.check(
                "keyctl_setperm",
                NativeCall.result(() -> KeyUtils.keyctl_setperm(key, permissions)),
                "the permissions of key " + key + " cannot be set");
    }

    static void link(int key, int ring, long uid) throws KernelException {
        Errno.check(
                "keyctl_link",
                NativeCall.result(() -> KeyUtils.keyctl_link(key, ring)),
                "a key cannot be linked into the user keyring of uid " + uid);
    }

    static boolean unlink(int key, int ring) {
        return NativeCall.result(() -> KeyUtils.keyctl_unlink(key, ring)) >= 0;
    }

    static boolean unlinkOwn(int key) {
        return unlink(key, KeyUtils.KEY_SPEC_PROCESS_KEYRING);
    }

    static boolean invalidate(int key) {
        return NativeCall.result(() -> KeyUtils.keyctl_invalidate(key)) >= 0;
    }

    /**
     * @throws KernelException EACCES, EKEYREVOKED, EKEYEXPIRED, ENOKEY
     */
    static KeyDescription describe(int key) throws KernelException {
        byte[] text = new byte[DESCRIPTION_BYTES];
        long length = Errno.check(
                "keyctl_describe",
                NativeCall.result(() -> KeyUtils.keyctl_describe(key, text, text.length)),
                "key " + key + " cannot be looked at");
        String described = new String(text, 0, (int) Math.min(length, text.length) - 1, StandardCharsets.ISO_8859_1);
        return KeyDescription.parse(described)
                .orElseThrow(() -> Errno.refused("keyctl_describe", Errno.EINVAL, "key " + key + " is not understood"));
    }

    /** Serials of what is linked into a keyring, itself, not of what lies deeper. */
    static int[] contents(int ring) throws KernelException {
        Bytes read = read(ring);
        int[] serials = new int[read.length() / SERIAL_BYTES];
        ByteBuffer.wrap(read.toArray())
                .order(ByteOrder.nativeOrder())
                .asIntBuffer()
                .get(serials);
        return serials;
    }

    /** What the kernel shows of a keyring or of an {@code encrypted} key: nothing secret. */
    static Bytes read(int key) throws KernelException {
        byte[] content = new byte[0];
        while (true) {
            byte[] room = content;
            int needed = (int) Errno.check(
                    "keyctl_read",
                    NativeCall.result(() -> KeyUtils.keyctl_read(key, room, room.length)),
                    "key " + key + " cannot be read");
            if (needed <= content.length) {
                return Bytes.copyOf(Arrays.copyOf(content, needed));
            }
            content = new byte[needed];
        }
    }

    /** Payload of a key that the calling thread may read, straight into locked memory; the caller owns it. */
    static SecretBuffer readSecret(int key) throws KernelException {
        String refusal = "key " + key + " cannot be read";
        int length =
                (int) Errno.check("keyctl_read", NativeCall.result(() -> KeyUtils.keyctl_read(key, 0L, 0)), refusal);
        if (length == 0) {
            throw Errno.refused("keyctl_read", Errno.EINVAL, "key " + key + " is empty");
        }
        SecretBuffer payload = SecretBuffer.allocate(length);
        try {
            long read = Errno.check(
                    "keyctl_read",
                    NativeCall.result(() -> KeyUtils.keyctl_read(key, payload.unsafeAddress(), length)),
                    refusal);
            if (read != length) {
                throw Errno.refused("keyctl_read", Errno.EINVAL, "key " + key + " changed while it was read");
            }
            return payload;
        } catch (KernelException | RuntimeException e) {
            payload.close();
            throw e;
        }
    }

    /** Makes the calling process possess whatever lies in a keyring, until {@link #unlinkOwn}. */
    static void possess(int ring) throws KernelException {
        Errno.check(
                "keyctl_link",
                NativeCall.result(() -> KeyUtils.keyctl_link(ring, KeyUtils.KEY_SPEC_PROCESS_KEYRING)),
                "keyring " + ring + " cannot be possessed");
    }

    /** Serial of the calling process's own user keyring, which is made when it is not there yet. */
    static int ownUserRing() throws KernelException {
        return (int) Errno.check(
                "keyctl_get_keyring_ID",
                NativeCall.result(() -> KeyUtils.keyctl_get_keyring_ID(KeyUtils.KEY_SPEC_USER_KEYRING, 1)),
                "the daemon's own user keyring cannot be reached");
    }
}
