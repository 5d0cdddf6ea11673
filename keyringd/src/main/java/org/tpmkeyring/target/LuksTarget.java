// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.Optional;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.kernel.MappedVolumes;
import org.tpmkeyring.kernel.UserKeyrings;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * The passphrase of a keyslot of a LUKS volume: 64 hex digits of 32 random bytes, so that a person can type
 * them. It lies in root's user keyring, where the cryptsetup socket of keyringd and a {@code luks2-keyring}
 * token of the volume take it from. The key is in place also while the volume is open, when nobody needs it.
 */
public final class LuksTarget extends VolumeKeyTarget {
    private static final int RANDOM_BYTES = 32;
    private static final int DIGITS = 2 * RANDOM_BYTES;

    private final MappedVolumes volumes;

    public LuksTarget(UserKeyrings keyrings, MappedVolumes volumes) {
        super(keyrings, TargetType.LUKS, KernelKeyType.USER);
        this.volumes = volumes;
    }

    @Override
    public int check(KeySpec spec) {
        checkCommon(spec);
        Refusal.requireAbsent(spec.format(), "--format", type());
        if (!spec.generate()) {
            throw Refusal.argument("--key-file", "the key of a LUKS volume is made, it cannot be given");
        }
        int wished = spec.sizeBytes().orElse(DIGITS);
        if (wished != DIGITS) {
            throw Refusal.size(spec, type(), wished, "it has " + DIGITS + " hex digits");
        }
        Opens.checkDevice(spec);
        Opens.checkUuid(spec);
        Opens.checkIdentity(spec);
        return RANDOM_BYTES;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        return material(spec, PREFIX + spec.name(), HexDigits.of(secret));
    }

    @Override
    public TargetState state(long owner, KeyRecord key) throws KernelException {
        TargetState inKeyring = atHand(owner, key);
        return isOpen(key) ? new TargetState(KeyState.DELIVERED, inKeyring.serials()) : inKeyring;
    }

    /** Of an open volume the key may be needed to tell which keyslot is its own. */
    @Override
    public TargetState atHand(long owner, KeyRecord key) throws KernelException {
        return super.state(owner, key);
    }

    /** The key is taken away whether or not the volume is open, but an open volume is not closed. */
    @Override
    public TargetRemoval remove(long owner, KeyRecord key) throws KernelException {
        TargetRemoval removal = super.remove(owner, key);
        return isOpen(key)
                ? TargetRemoval.busy(
                        "the key is gone from root's keyring, but volume '" + key.name() + "' stays open",
                        "cryptsetup close " + key.name())
                : removal;
    }

    private boolean isOpen(KeyRecord key) throws KernelException {
        return volumes.isOpen(key.name().text(), Attributes.require(key, Opens.UUID));
    }

    @Override
    public boolean neededAtOnce(KeySpec spec) {
        return true;
    }

    @Override
    public boolean reveals() {
        return true;
    }

    /** The keyslot's passphrase. */
    @Override
    public Optional<SecretBuffer> revealable(KeyRecord key, SecretBuffer stored) {
        return Optional.of(stored.copyOfRange(0, stored.size()));
    }

    @Override
    public Optional<TargetRemoval> leave(long owner, KeyRecord key) throws KernelException {
        return Optional.of(super.remove(owner, key));
    }
}
