// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.Set;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * A volume key for a plain dm-crypt table, a {@code logon} key that no process can read. The table names it as
 * {@code :64:logon:tpm-keyring:NAME} (Documentation/admin-guide/device-mapper/dm-crypt.rst).
 */
public final class DmCryptTarget extends VolumeKeyTarget {
    /** What the ciphers of dm-crypt take: AES-128, -192 and -256 in CBC, AES-128 and AES-256 in XTS, Adiantum. */
    private static final Set<Integer> SIZES = Set.of(16, 24, 32, 48, 64);

    private static final int XTS_BYTES = 64;

    public DmCryptTarget(UserKeyrings keyrings) {
        super(keyrings, TargetType.DM_CRYPT, KernelKeyType.LOGON);
    }

    @Override
    public int check(KeySpec spec) {
        checkCommon(spec);
        Refusal.requireAbsent(spec.format(), "--format", type());
        Opens.requireAbsent(spec, type());
        if (!spec.generate()) {
            return XTS_BYTES;
        }
        int wished = spec.sizeBytes().orElse(XTS_BYTES);
        requireSize(spec, wished);
        return wished;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        requireSize(spec, secret.size());
        return material(spec, PREFIX + spec.name(), secret.copyOfRange(0, secret.size()));
    }

    private void requireSize(KeySpec spec, int sizeBytes) {
        if (!SIZES.contains(sizeBytes)) {
            throw Refusal.size(
                    spec, type(), sizeBytes, "its ciphers take 16, 24, 32, 48 or 64, and aes-xts-plain64 takes 64");
        }
    }
}
