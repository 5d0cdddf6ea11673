// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vault;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.store.VaultId;
import org.tpmkeyring.testing.Secrets;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.SealedObject;

/** A vault with one of everything. */
final class Samples {
    static final VaultId ID = new VaultId("0123456789abcdef0123456789abcdef");
    static final VaultId OTHER_ID = new VaultId("fedcba9876543210fedcba9876543210");
    static final long OWNER = 1000;
    static final Bytes DIGEST = Bytes.ofHex("ab".repeat(32));
    static final byte[] KEY_BYTES = {1, 2, 3, 4, 5, 6, 7, 8};
    static final KeyRecord PHOTOS = new KeyRecord(
            new KeyName("photos"),
            TargetType.FSCRYPT,
            Map.of("mount", "/home/zoë", "identifier", "0011223344556677"),
            8,
            1_800_000_000L);
    static final KeyRecord TOKEN = new KeyRecord(new KeyName("token"), TargetType.USER, Map.<String, String>of(), 8, 0);

    private Samples() {}

    static Kek kek(int fill) {
        byte[] octets = new byte[Kek.SIZE_BYTES];
        java.util.Arrays.fill(octets, (byte) fill);
        return new Kek(Secrets.of(octets));
    }

    static Protector.Tpm2 tpm2() {
        Map<Integer, Bytes> digests = Map.of(7, DIGEST, 14, DIGEST);
        return new Protector.Tpm2(
                "tpm2-1",
                17,
                new SealedObject(
                        Bytes.ofHex("0102"),
                        Bytes.ofHex("030405"),
                        Bytes.ofHex("06"),
                        new PcrValues(PcrBank.SHA256, new TreeMap<>(digests))));
    }

    static Vault vault(VaultId id, Kek kek) {
        try (SecretBuffer recoveryKey = Secrets.of(new byte[32]);
                SecretBuffer secret = Secrets.of(KEY_BYTES)) {
            return new Vault(
                    id,
                    new VaultName("home"),
                    OWNER,
                    When.LOGIN,
                    1_700_000_000L,
                    List.of(tpm2(), RecoveryWrap.wrap(id, "recovery-2", 18, kek, recoveryKey)),
                    List.of(KeyWrapping.wrap(id, kek, PHOTOS, secret), KeyWrapping.wrap(id, kek, TOKEN, secret)));
        }
    }
}
