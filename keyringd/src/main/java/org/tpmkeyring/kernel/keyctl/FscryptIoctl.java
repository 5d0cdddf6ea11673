// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tpmkeyring.kernel.FscryptKeys;
import org.tpmkeyring.kernel.FscryptProvisioning;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * fscrypt v2 by the ioctls of Documentation/filesystems/fscrypt.rst. The kernel charges a claim on a key to
 * the key quota of the file system uid, so a user whose quota is used up cannot have one (EDQUOT).
 *
 * <p>What the kernel reads and writes belongs to the thread that makes the call: a caller who waits no longer
 * closes his secret, and the memory may be another secret's by the time the call returns.
 */
public final class FscryptIoctl implements FscryptKeys {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** A removal writes all dirty data of the file system first. */
    private static final Duration REMOVAL_DEADLINE = Duration.ofSeconds(60);

    /** The directory has no policy, or its file system can have none. */
    private static final Set<Integer> NOT_ENCRYPTED = Set.of(Errno.ENODATA, Errno.ENOTTY, Errno.EOPNOTSUPP);

    private static final String ADD_FAILED = "the key cannot be added to the file system";
    private static final String POLICY_FAILED = "the directory cannot be encrypted";

    private final OwnerThreads threads = new OwnerThreads();

    /**
     * @throws KernelException when libkeyutils is missing, which provisioning keys need
     */
    public FscryptIoctl() throws KernelException {
        Keyctl.requireLibrary();
    }

    @Override
    public Bytes add(long uid, Path mount, SecretBuffer raw) throws KernelException {
        return threads.run(uid, DEADLINE, () -> {
            try (SecretBuffer argument = FscryptArguments.addKey(raw);
                    Directory directory = Directory.open(mount)) {
                directory.ioctl(FscryptArguments.ADD_ENCRYPTION_KEY, argument, ADD_FAILED);
                return FscryptArguments.identifierIn(argument);
            }
        });
    }

    @Override
    public Bytes addByProvisioning(long uid, Path mount, SecretBuffer raw) throws KernelException {
        return threads.run(uid, DEADLINE, () -> {
            try (SecretBuffer payload = FscryptProvisioning.payload(raw);
                    Directory directory = Directory.open(mount)) {
                return addByKey(directory, payload);
            }
        });
    }

    /** The provisioning key lies in the process keyring of this call's thread, and goes with it. */
    private static Bytes addByKey(Directory directory, SecretBuffer payload) throws KernelException {
        String description = "tpm-keyring:" + Thread.currentThread().getId();
        int serial = Keyctl.add(KernelKeyType.FSCRYPT_PROVISIONING, description, payload);
        try {
            byte[] argument = FscryptArguments.addKey(serial);
            directory.ioctl(FscryptArguments.ADD_ENCRYPTION_KEY, argument, ADD_FAILED);
            return FscryptArguments.identifierIn(argument);
        } finally {
            Keyctl.invalidate(serial);
            Keyctl.unlinkOwn(serial);
        }
    }

    @Override
    public Removal remove(long uid, Path mount, Bytes identifier) throws KernelException {
        return threads.run(uid, REMOVAL_DEADLINE, () -> {
            byte[] argument = FscryptArguments.removeKey(identifier);
            try (Directory directory = Directory.open(mount)) {
                directory.ioctl(
                        FscryptArguments.REMOVE_ENCRYPTION_KEY,
                        argument,
                        "the key cannot be removed from the file system");
            } catch (KernelException e) {
                if (e.errno() == Errno.ENOKEY) {
                    return Removal.ABSENT;
                }
                throw e;
            }
            return removal(FscryptArguments.removalFlags(argument));
        });
    }

    private static Removal removal(int flags) {
        if ((flags & FscryptArguments.OTHER_USERS) != 0) {
            return Removal.OTHER_USERS;
        }
        return (flags & FscryptArguments.FILES_BUSY) != 0 ? Removal.FILES_BUSY : Removal.REMOVED;
    }

    @Override
    public Status status(long uid, Path mount, Bytes identifier) throws KernelException {
        return threads.run(uid, DEADLINE, () -> {
            byte[] argument = FscryptArguments.keyStatus(identifier);
            try (Directory directory = Directory.open(mount)) {
                directory.ioctl(FscryptArguments.GET_ENCRYPTION_KEY_STATUS, argument, "no key status is to be had");
            }
            return switch (FscryptArguments.status(argument)) {
                case FscryptArguments.STATUS_PRESENT -> Status.PRESENT;
                case FscryptArguments.STATUS_INCOMPLETELY_REMOVED -> Status.INCOMPLETELY_REMOVED;
                default -> Status.ABSENT;
            };
        });
    }

    @Override
    public void encryptDirectory(long uid, Path directory, Bytes identifier) throws KernelException {
        threads.run(uid, DEADLINE, () -> {
            try (Directory opened = Directory.open(directory)) {
                if (!hasPolicy(opened, directory, identifier)) {
                    opened.ioctl(
                            FscryptArguments.SET_ENCRYPTION_POLICY, FscryptArguments.policy(identifier), POLICY_FAILED);
                }
            }
            return identifier;
        });
    }

    @Override
    public Policy policy(long uid, Path directory) throws KernelException {
        return threads.run(uid, DEADLINE, () -> {
            try (Directory opened = Directory.open(directory)) {
                return new Policy(keyOf(opened), opened.identity());
            }
        });
    }

    private static Optional<Bytes> keyOf(Directory opened) throws KernelException {
        byte[] answer = FscryptArguments.anyPolicy();
        try {
            opened.ioctl(FscryptArguments.GET_ENCRYPTION_POLICY_EX, answer, "the encryption cannot be told");
        } catch (KernelException e) {
            if (NOT_ENCRYPTED.contains(e.errno())) {
                return Optional.empty();
            }
            throw e;
        }
        return FscryptArguments.policyIdentifier(answer);
    }

    /**
     * @return false when the directory has no policy yet
     * @throws KernelException EEXIST when it has one with another key
     */
    private static boolean hasPolicy(Directory opened, Path directory, Bytes identifier) throws KernelException {
        byte[] answer = FscryptArguments.anyPolicy();
        try {
            opened.ioctl(FscryptArguments.GET_ENCRYPTION_POLICY_EX, answer, POLICY_FAILED);
        } catch (KernelException e) {
            if (e.errno() == Errno.ENODATA) {
                return false;
            }
            throw e;
        }
        if (!FscryptArguments.isPolicyOf(answer, identifier)) {
            throw Errno.refused("ioctl", Errno.EEXIST, directory + " is encrypted with another key already");
        }
        return true;
    }

    @Override
    public List<String> openFiles(long uid, Path mount, Bytes identifier, int limit) {
        try {
            return threads.run(uid, DEADLINE, () -> OpenFiles.under(mount, identifier, limit));
        } catch (KernelException e) {
            return List.of();
        }
    }
}
