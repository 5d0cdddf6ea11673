// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.Optional;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * The key of an encrypted ZFS dataset with {@code keylocation=prompt}, to be fed to {@code zfs load-key} on
 * standard input in the dataset's {@code keyformat}: 32 raw bytes to the last one, or a line of 64 hex digits,
 * or a line of 8 to 512 characters (get_key_material_raw and validate_key in lib/libzfs/libzfs_crypto.c).
 */
public final class ZfsTarget extends VolumeKeyTarget {
    private static final String FORMAT = "keyformat";
    private static final String RAW = "raw";
    private static final String HEX = "hex";
    private static final String PASSPHRASE = "passphrase";

    /** WRAPPING_KEY_LEN. */
    private static final int KEY_BYTES = 32;

    private static final int MADE_PASSPHRASE_RANDOM_BYTES = 16;
    private static final int LEAST_PASSPHRASE_CHARS = 8;
    private static final int MOST_PASSPHRASE_CHARS = 512;

    public ZfsTarget(UserKeyrings keyrings) {
        super(keyrings, TargetType.ZFS, KernelKeyType.USER);
    }

    @Override
    public int check(KeySpec spec) {
        checkCommon(spec);
        Opens.checkDataset(spec);
        Opens.requireUuidAbsent(spec, type());
        Opens.requireIdentityAbsent(spec, type());
        String format = format(spec);
        if (!spec.generate()) {
            return format.equals(PASSPHRASE) ? MOST_PASSPHRASE_CHARS : made(format);
        }
        int wished = spec.sizeBytes().orElse(made(format));
        if (wished != made(format)) {
            throw Refusal.size(spec, type(), wished, "a made one with keyformat=" + format + " has " + made(format));
        }
        return format.equals(PASSPHRASE) ? MADE_PASSPHRASE_RANDOM_BYTES : KEY_BYTES;
    }

    /** Length of a key that is made. */
    private static int made(String format) {
        return switch (format) {
            case RAW -> KEY_BYTES;
            case HEX -> 2 * KEY_BYTES;
            default -> 2 * MADE_PASSPHRASE_RANDOM_BYTES;
        };
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        String format = format(spec);
        SecretBuffer payload =
                spec.generate() && !format.equals(RAW) ? HexDigits.of(secret) : secret.copyOfRange(0, secret.size());
        try {
            requireFormat(spec, format, payload);
        } catch (RuntimeException e) {
            payload.close();
            throw e;
        }
        Material material = material(spec, PREFIX + spec.name(), payload);
        material.attributes().put(FORMAT, format);
        return material;
    }

    private void requireFormat(KeySpec spec, String format, SecretBuffer payload) {
        switch (format) {
            case RAW -> Refusal.requireSize(spec, type(), payload.size(), KEY_BYTES, KEY_BYTES);
            case HEX -> {
                Refusal.requireSize(spec, type(), payload.size(), 2 * KEY_BYTES, 2 * KEY_BYTES);
                if (!HexDigits.areAll(payload)) {
                    throw Refusal.argument("--key-file", "a key with keyformat=hex has hex digits only");
                }
            }
            default -> {
                Refusal.requireSize(spec, type(), payload.size(), LEAST_PASSPHRASE_CHARS, MOST_PASSPHRASE_CHARS);
                Typeable.require(payload);
            }
        }
    }

    private static String format(KeySpec spec) {
        String format = spec.format().orElse(RAW);
        if (!format.equals(RAW) && !format.equals(HEX) && !format.equals(PASSPHRASE)) {
            throw Refusal.argument("--format", "a ZFS dataset has keyformat raw, hex or passphrase");
        }
        return format;
    }

    @Override
    public boolean reveals() {
        return true;
    }

    /** The hex digits or the passphrase; raw bytes nobody can type. */
    @Override
    public Optional<SecretBuffer> revealable(KeyRecord key, SecretBuffer stored) {
        return Attributes.require(key, FORMAT).equals(RAW)
                ? Optional.empty()
                : Optional.of(stored.copyOfRange(0, stored.size()));
    }

    @Override
    public boolean leavesAtClose() {
        return true;
    }
}
