// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * A password that a login without one hands to the PAM modules after ours as PAM_AUTHTOK, such as those that open
 * GNOME keyring or KWallet. It never lies in the kernel: the module asks for it at each login, and nothing is to be
 * delivered or taken away.
 */
public final class AuthtokTarget implements Target {
    /** PAM_MAX_RESP_SIZE (security/_pam_types.h), which every conversation of PAM takes. */
    private static final int MAX_BYTES = 512;

    private static final int MADE_RANDOM_BYTES = 16;
    private static final int MADE_CHARS = 2 * MADE_RANDOM_BYTES;

    @Override
    public TargetType type() {
        return TargetType.AUTHTOK;
    }

    @Override
    public int check(KeySpec spec) {
        Refusal.requireAbsent(spec.description(), "--description", type());
        Refusal.requireAbsent(spec.format(), "--format", type());
        Refusal.requireAbsent(spec.mount(), "--mount", type());
        Refusal.requireAbsent(spec.directory(), "--directory", type());
        Opens.requireAbsent(spec, type());
        if (!spec.generate()) {
            return MAX_BYTES;
        }
        int wished = spec.sizeBytes().orElse(MADE_CHARS);
        if (wished != MADE_CHARS) {
            throw Refusal.size(spec, type(), wished, "a made password has " + MADE_CHARS + " hex digits");
        }
        return MADE_RANDOM_BYTES;
    }

    @Override
    public Material make(KeySpec spec, SecretBuffer secret) {
        if (spec.generate()) {
            SecretBuffer password = HexDigits.of(secret);
            return new Material(new TreeMap<>(), password, password.size());
        }
        Refusal.requireSize(spec, type(), secret.size(), 1, MAX_BYTES);
        if (secret.withBytes(AuthtokTarget::hasNul)) {
            throw Refusal.argument("--key-file", "a password has no NUL in it, PAM would end it there");
        }
        return new Material(new TreeMap<>(), secret.copyOfRange(0, secret.size()), secret.size());
    }

    private static boolean hasNul(ByteBuffer bytes) {
        boolean found = false;
        while (bytes.hasRemaining()) {
            found |= bytes.get() == 0;
        }
        return found;
    }

    @Override
    public Delivery deliver(long owner, KeyRecord key, SecretBuffer stored) {
        return new Delivery(List.of());
    }

    @Override
    public TargetState state(long owner, KeyRecord key) {
        return new TargetState(KeyState.AT_LOGIN, List.of());
    }

    @Override
    public TargetRemoval remove(long owner, KeyRecord key) {
        return new TargetRemoval(TargetRemoval.Result.ABSENT, Optional.empty(), Optional.empty());
    }

    @Override
    public List<String> identifiers(KeyRecord key) {
        return List.of();
    }

    @Override
    public String place(long owner, KeyRecord key) {
        return "logins of uid " + owner;
    }

    @Override
    public boolean onlyAtLogin() {
        return true;
    }

    @Override
    public boolean reveals() {
        return true;
    }

    /** The password, to be set in the dialog of what it opens. */
    @Override
    public Optional<SecretBuffer> revealable(KeyRecord key, SecretBuffer stored) {
        return Optional.of(stored.copyOfRange(0, stored.size()));
    }
}
