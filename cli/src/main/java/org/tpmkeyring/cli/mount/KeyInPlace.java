// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CheckDirectory;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Request;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.KeyState;

/** Has keyringd put an entry's key into the kernel, and compare what is to be mounted with it. */
final class KeyInPlace {
    private static final Optional<Long> ROOT = Optional.empty();

    private final DaemonClient client;
    private final Deadline deadline;

    /**
     * @param deadline of the entry, which keyringd has to keep too
     */
    KeyInPlace(DaemonClient client, Deadline deadline) {
        this.client = client;
        this.deadline = deadline;
    }

    /**
     * The key of an entry.
     *
     * @throws KeyringException NO_SUCH_KEY; BAD_ARGUMENT when the key is for something else
     */
    KeyInfo require(MountEntry entry) {
        KeyInfo key = show(entry);
        String target = Words.of(key.target());
        if (!target.equals(entry.type().word())) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "key=" + entry.key())
                    .with(
                            "reason",
                            "this key is for target " + target + " and not for "
                                    + entry.type().word())
                    .with("hint", "tpm-keyring show " + entry.key())
                    .build();
        }
        return key;
    }

    /**
     * The same key, in the kernel. Its vault is unlocked where it has to be.
     *
     * @throws KeyringException what keyringd refuses
     * @throws MountFailure when the vault stays locked or the key cannot be delivered
     */
    KeyInfo deliver(MountEntry entry, KeyInfo key) {
        if (key.state() == KeyState.DELIVERED) {
            return key;
        }
        try {
            unlock(key);
        } catch (KeyringException e) {
            unlockAgain(entry, e);
        }
        KeyInfo now = show(entry);
        if (now.state() != KeyState.DELIVERED) {
            throw KeyringException.of(ErrorKind.WAS_LOCKED)
                    .with("vault", now.vault())
                    .build();
        }
        return now;
    }

    /** A daemon that died over it may have unlocked or not: the next one tells, once it is there. */
    private void unlockAgain(MountEntry entry, KeyringException failure) {
        if (failure.kind() != ErrorKind.DAEMON_UNREACHABLE) {
            throw failure;
        }
        KeyInfo now = show(entry);
        if (now.state() != KeyState.DELIVERED) {
            unlock(now);
        }
    }

    private KeyInfo show(MountEntry entry) {
        return call(ShowKey.METHOD, new ShowKey.Request(ROOT, entry.key())).key();
    }

    private void unlock(KeyInfo key) {
        Unlock.Reply reply =
                call(Unlock.METHOD, new Unlock.Request(ROOT, List.of(key.vault()), false, Optional.empty()));
        for (VaultOutcome vault : reply.vaults()) {
            if (vault.error().isPresent()) {
                throw MountFailure.of(vault);
            }
            for (KeyOutcome outcome : vault.keys()) {
                if (outcome.name().equals(key.name()) && outcome.reason().isPresent()) {
                    throw MountFailure.of(outcome);
                }
            }
        }
    }

    /**
     * Has keyringd compare a directory with the key it was made for; another one raises an alarm there.
     *
     * @param directory or device, without symbolic links
     * @param found what it is encrypted with; empty for fscrypt, where keyringd asks the kernel
     * @return device and inode of the directory that the kernel was asked about, as of {@link PlainPath.Directory}
     * @throws KeyringException UNEXPECTED_VOLUME
     */
    Optional<String> check(MountEntry entry, String directory, List<String> found) {
        return call(CheckDirectory.METHOD, new CheckDirectory.Request(ROOT, entry.key(), directory, found))
                .looked();
    }

    private <Q extends Record & Request, R extends Record> R call(Method<Q, R> method, Q request) {
        try {
            return client.within(deadline.left("keyringd")).call(method, request);
        } catch (KeyringException e) {
            throw e.kind() == ErrorKind.DEADLINE_EXCEEDED
                    ? e.with("action", method.name() + ", which keyringd was asked")
                    : e;
        }
    }
}
