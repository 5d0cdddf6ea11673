// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.mounttab.MountTable;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.value.TargetType;

/**
 * Who uses root's keys at boot: volumes of crypttab(5) that take theirs from our key socket, and what the mount table
 * mounts.
 *
 * @param crypttab all of it
 * @param keySocket third field of our lines in it
 * @param mounts the mount table
 * @param keys root's
 */
public record Consumers(Crypttab crypttab, String keySocket, MountTable mounts, List<KeyInfo> keys) {
    private static final String NAME = "consumers";

    public Consumers {
        keys = List.copyOf(keys);
    }

    /** Names of the volumes that take their keys from us. */
    List<String> volumes() {
        return ours().stream().map(Crypttab.Entry::name).toList();
    }

    /** Root's keys for LUKS volumes. */
    public List<KeyInfo> luksKeys() {
        return keys.stream().filter(key -> key.target() == TargetType.LUKS).toList();
    }

    private List<Crypttab.Entry> ours() {
        return crypttab.entries().stream()
                .filter(entry -> entry.keyFile().equals(keySocket))
                .toList();
    }

    private Optional<KeyInfo> key(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    /** Lines without a key, and keys without a line. */
    public void check(Findings findings) {
        Findings trouble = new Findings();
        for (Crypttab.Entry entry : ours()) {
            if (key(entry.name()).filter(key -> key.target() == TargetType.LUKS).isEmpty()) {
                trouble.problem(
                        NAME,
                        "/etc/crypttab takes the key of volume '" + entry.name() + "' from keyringd, which has none",
                        "tpm-keyring add " + entry.name() + " --target luks --device " + entry.device());
            }
            if (entry.asksWithoutEnd()) {
                trouble.warning(
                        NAME,
                        "volume '" + entry.name() + "' has no timeout= in /etc/crypttab: where it asks for a passphrase"
                                + " at boot, the door stays open until somebody types one",
                        "man crypttab");
            }
        }
        mounts.problems()
                .forEach(problem -> trouble.problem(
                        NAME,
                        "line " + problem.line() + " of the mount table: "
                                + (problem.field().isEmpty() ? "" : problem.field() + ": ") + problem.reason(),
                        "man tpm-keyring-mounttab"));
        for (MountEntry entry : mounts.entries()) {
            Optional<KeyInfo> key = key(entry.key());
            if (key.isEmpty()) {
                trouble.problem(
                        NAME,
                        "the mount table mounts '" + entry.name() + "' with key '" + entry.key()
                                + "', which is not there",
                        "tpm-keyring list");
            } else if (!Words.of(key.get().target()).equals(entry.type().word())) {
                trouble.problem(
                        NAME,
                        "the mount table mounts '" + entry.name() + "' as "
                                + entry.type().word() + " with key '" + entry.key() + "', which is for target "
                                + Words.of(key.get().target()),
                        "tpm-keyring show " + entry.key());
            }
        }
        keys.forEach(key -> unused(key, trouble));
        if (trouble.all().isEmpty()) {
            findings.ok(NAME, "crypttab, mount table and keys fit each other");
        }
        findings.addAll(trouble.all());
    }

    private void unused(KeyInfo key, Findings findings) {
        boolean mounted =
                mounts.entries().stream().anyMatch(entry -> entry.key().equals(key.name()));
        boolean known = switch (key.target()) {
            case LUKS -> crypttab.find(key.name()).isPresent();
            case ECRYPTFS, FSCRYPT, ZFS -> mounted;
            default -> true;
        };
        if (!known && key.target() == TargetType.LUKS) {
            findings.note(
                    NAME,
                    "volume '" + key.name() + "' has a key, but no line in /etc/crypttab, so nothing opens it at boot",
                    "tpm-keyring volume list");
        } else if (!known) {
            findings.note(
                    NAME,
                    "key '" + key.name() + "' is in no line of the mount table, so nothing is mounted with it at boot",
                    "man tpm-keyring-mounttab");
        }
    }
}
