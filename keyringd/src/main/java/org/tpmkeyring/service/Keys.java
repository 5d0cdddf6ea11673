// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.Ambiguous;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.target.Targets;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.WrappedKey;

/** An owner's keys, whichever vault they are in: their names are unique, and so is what consumers know them by. */
final class Keys {
    private final Vaults vaults;
    private final Targets targets;

    Keys(Vaults vaults, Targets targets) {
        this.vaults = vaults;
        this.targets = targets;
    }

    /** A key and where it was found. */
    record Located(LoadedVault vault, WrappedKey key) {
        KeyRecord record() {
            return key.record();
        }
    }

    /**
     * The key of this name, or one of them.
     *
     * @throws KeyringException BAD_NAME, NO_SUCH_KEY
     */
    Located require(long owner, String name) {
        return require(owner, name, any -> true);
    }

    /**
     * The key of this name, or of several a preferred one.
     *
     * @throws KeyringException BAD_NAME, NO_SUCH_KEY
     */
    Located require(long owner, String name, Predicate<KeyRecord> preferred) {
        KeyName wanted = new KeyName(name);
        List<Located> named = all(owner)
                .filter(located -> located.record().name().equals(wanted))
                .toList();
        return named.stream()
                .filter(located -> preferred.test(located.record()))
                .findFirst()
                .or(() -> named.stream().findFirst())
                .orElseThrow(() -> missing(owner, wanted));
    }

    /**
     * The key of this name, which is about to be destroyed. Several vaults may hold one of the name, where a backup of
     * one was put back; who only reads takes any, and nobody destroys one that may not be meant.
     *
     * @throws KeyringException as {@link #require}; BAD_ARGUMENT for a name that several keys have
     */
    Located requireOnly(long owner, String name) {
        Located found = require(owner, name);
        List<String> holders = all(owner)
                .filter(located -> located.record().name().equals(found.record().name()))
                .map(located -> located.vault().vault().name().text())
                .toList();
        if (holders.size() > 1) {
            throw Ambiguous.key(name, holders);
        }
        return found;
    }

    /**
     * Checks that no key of the owner has the name yet.
     *
     * @throws KeyringException EXISTS
     */
    void requireFree(long owner, KeyName name) {
        if (all(owner).anyMatch(located -> located.record().name().equals(name))) {
            throw KeyringException.of(ErrorKind.EXISTS)
                    .with("what", "key")
                    .with("name", name)
                    .build();
        }
    }

    /**
     * Checks that no key of the owner goes where this one would go: the second would push the first out.
     *
     * @throws KeyringException EXISTS
     */
    void requireFree(long owner, KeyRecord added) {
        requireFree(owner, added.name());
        requireRoom(owner, added.target());
        List<String> places = places(added);
        for (Located located : all(owner).toList()) {
            Optional<String> taken =
                    places(located.record()).stream().filter(places::contains).findFirst();
            if (taken.isPresent()) {
                throw KeyringException.of(ErrorKind.EXISTS)
                        .with("what", "the consumer's key")
                        .with("name", taken.get())
                        .with("hint", "tpm-keyring show " + located.record().name())
                        .build();
            }
        }
    }

    /** The key of this target that its consumer knows by any of these identifiers. */
    Optional<Located> known(long owner, TargetType target, List<String> identifiers) {
        return all(owner)
                .filter(located -> located.record().target() == target)
                .filter(located -> targets.of(target).identifiers(located.record()).stream()
                        .anyMatch(identifiers::contains))
                .findFirst();
    }

    /**
     * Checks that one more key of this target is of use: of two for a login nobody could tell which it gets.
     *
     * @throws KeyringException EXISTS
     */
    void requireRoom(long owner, TargetType target) {
        if (!targets.of(target).onlyAtLogin()) {
            return;
        }
        ofTarget(owner, target).ifPresent(found -> {
            String word = target.name().toLowerCase(Locale.ROOT);
            throw KeyringException.of(ErrorKind.EXISTS)
                    .with("what", "only one key of target " + word + " is possible, and")
                    .with("name", found.record().name())
                    .with("hint", "tpm-keyring remove " + found.record().name())
                    .build();
        });
    }

    /** The first key of a target. */
    Optional<Located> ofTarget(long owner, TargetType target) {
        return all(owner).filter(located -> located.record().target() == target).findFirst();
    }

    private Stream<Located> all(long owner) {
        return vaults.sound(owner).stream()
                .flatMap(loaded -> loaded.vault().keys().stream().map(key -> new Located(loaded, key)));
    }

    private List<String> places(KeyRecord key) {
        return targets.of(key.target()).identifiers(key).stream()
                .map(identifier -> space(key) + identifier)
                .toList();
    }

    /** Where identifiers must differ: key type of the kernel, or file system. */
    private static String space(KeyRecord key) {
        if (key.target() == TargetType.FSCRYPT) {
            return "fscrypt at " + key.attribute("mount").orElse("?") + ":";
        }
        TargetType keyType = switch (key.target()) {
            case USER, ECRYPTFS, LUKS, ZFS, BCACHEFS -> TargetType.USER;
            case LOGON, DM_CRYPT -> TargetType.LOGON;
            case ENCRYPTED, FSCRYPT, AUTHTOK -> key.target();
        };
        return keyType.name().toLowerCase(Locale.ROOT) + ":";
    }

    private KeyringException missing(long owner, KeyName name) {
        KeyringException.Builder refusal =
                KeyringException.of(ErrorKind.NO_SUCH_KEY).with("name", name);
        vaults.damaged(owner).stream()
                .findFirst()
                .ifPresent(damaged -> refusal.with("hint", "tpm-keyring vault restore " + damaged.id()));
        return refusal.build();
    }
}
