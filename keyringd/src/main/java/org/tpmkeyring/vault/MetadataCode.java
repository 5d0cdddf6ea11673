// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.secret.HmacSha256;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.tpm.SealedObject;

/** The authentication code of a whole vault: HMAC-SHA256 under a key derived from its KEK. */
final class MetadataCode {
    static final int SIZE_BYTES = HmacSha256.MAC_BYTES;

    private MetadataCode() {}

    static Bytes of(Vault vault, long generation, Kek kek) {
        return HmacSha256.of(kek.derived(DerivedKey.VAULT_METADATA, vault.id()), encode(vault, generation));
    }

    static boolean holds(LoadedVault loaded, Kek kek) {
        SecretBuffer key = kek.derived(DerivedKey.VAULT_METADATA, loaded.vault().id());
        return HmacSha256.holds(key, encode(loaded.vault(), loaded.generation()), loaded.mac());
    }

    private static Bytes encode(Vault vault, long generation) {
        CanonicalBytes bytes = new CanonicalBytes("tpm-keyring 1 vault")
                .number(generation)
                .text(vault.id().text())
                .text(vault.name().text())
                .number(vault.owner())
                .text(vault.when().name())
                .number(vault.created())
                .number(vault.protectors().size());
        vault.protectors().forEach(protector -> add(bytes, protector));
        bytes.number(vault.keys().size());
        vault.keys().forEach(key -> bytes.record(key.record()).bytes(key.wrapped()));
        return bytes.toBytes();
    }

    private static void add(CanonicalBytes bytes, Protector protector) {
        bytes.text(protector.id()).number(protector.created());
        if (protector instanceof Protector.Tpm2 tpm2) {
            SealedObject sealed = tpm2.sealed();
            bytes.text(tpm2.pin().isPresent() ? "tpm2-pin" : "tpm2")
                    .bytes(sealed.publicArea())
                    .bytes(sealed.privateArea())
                    .bytes(sealed.parent())
                    .text(sealed.values().bank().label())
                    .number(sealed.values().byIndex().size());
            sealed.values().byIndex().forEach((pcr, digest) -> bytes.number(pcr).bytes(digest));
            tpm2.pin().ifPresent(pin -> add(bytes, pin));
        } else if (protector instanceof Protector.Recovery recovery) {
            bytes.text("recovery").bytes(recovery.salt()).bytes(recovery.wrappedKek());
        } else if (protector instanceof Protector.Passphrase passphrase) {
            bytes.text("passphrase");
            add(bytes, passphrase.stretching());
            bytes.bytes(passphrase.wrappedKek());
        }
    }

    private static void add(CanonicalBytes bytes, Stretching stretching) {
        bytes.bytes(stretching.salt()).number(stretching.cost());
    }
}
