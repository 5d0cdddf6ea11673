// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * The key that unlocks a bcachefs file system: a {@code user} key {@code bcachefs:UUID} whose payload is a
 * {@code struct bch_key}, 32 bytes, which the kernel looks for when the file system is mounted (
 * bch2_request_key in fs/bcachefs/checksum.c). bcachefs-tools derive it from the passphrase with scrypt under
 * the parameters in the superblock (derive_passphrase in c_src/crypto.c), so it cannot be made here: {@code
 * bcachefs unlock} makes it, and it is taken in from there.
 */
public final class BcachefsTarget extends VolumeKeyTarget {
    private static final String PREFIX = "bcachefs:";

    /** {@code struct bch_key} of bcachefs_format.h: four little-endian 64-bit words. */
    private static final int KEY_BYTES = 32;

    public BcachefsTarget(UserKeyrings keyrings) {
        super(keyrings, TargetType.BCACHEFS, KernelKeyType.USER);
    }

    @Override
    public int check(KeySpec spec) {
        checkCommon(spec);
        Refusal.requireAbsent(spec.format(), "--format", type());
        Opens.requireDeviceAbsent(spec, type());
        Opens.requireIdentityAbsent(spec, type());
        Opens.checkUuid(spec);
        if (spec.generate()) {
            throw Refusal.argument(
                    "--generate",
                    "bcachefs derives its key from the file system's passphrase: run bcachefs unlock and take the key"
                            + " in with --key-file");
        }
        return KEY_BYTES;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        Refusal.requireSize(spec, type(), secret.size(), KEY_BYTES, KEY_BYTES);
        return material(spec, PREFIX + Opens.uuid(spec), secret.copyOfRange(0, secret.size()));
    }
}
