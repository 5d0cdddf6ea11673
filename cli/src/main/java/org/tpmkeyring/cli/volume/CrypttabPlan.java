// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * What a volume's line in /etc/crypttab is to become. The boot never waits for the volume ({@code nofail}), and where
 * keyringd gives no key, systemd-cryptsetup asks for a passphrase for a while and then gives up.
 *
 * @param kind what there is to do
 * @param before the line there is; null where there is none
 * @param wanted the line there is to be
 */
public record CrypttabPlan(Kind kind, Crypttab.Entry before, Crypttab.Entry wanted) {
    private static final String OPTIONS = "luks,nofail,timeout=90s";

    /** What is to be done. */
    public enum Kind {
        /** A line is to be added. */
        ADD,
        /** There is one that does. */
        KEEP,
        /** There is one with another key file. */
        ADJUST
    }

    /**
     * @param socket key socket of keyringd
     * @throws KeyringException BAD_ARGUMENT for a line that names another device, or a device that no line can name
     */
    public static CrypttabPlan of(LuksWork work, Enrolment enrolment, String socket) {
        String named = enrolment.named();
        if (named.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '#')) {
            throw refused(
                    enrolment, "the path " + named + " cannot be written into it, use --no-crypttab", "man crypttab");
        }
        Crypttab.Entry fresh = new Crypttab.Entry(enrolment.volume(), named, socket, OPTIONS);
        Crypttab.Entry before = work.crypttab().read().find(enrolment.volume()).orElse(null);
        if (before == null) {
            return new CrypttabPlan(Kind.ADD, null, fresh);
        }
        if (!isSameDevice(work, before.device(), enrolment)) {
            throw refused(
                    enrolment,
                    "its line about volume '" + enrolment.volume() + "' names another device, " + before.device(),
                    "tpm-keyring add " + enrolment.volume() + " --target luks --device " + before.device());
        }
        if (before.keyFile().equals(socket)) {
            return new CrypttabPlan(Kind.KEEP, before, before);
        }
        String options = before.options().isEmpty() ? OPTIONS : before.options();
        return new CrypttabPlan(
                Kind.ADJUST, before, new Crypttab.Entry(before.name(), before.device(), socket, options));
    }

    private static boolean isSameDevice(LuksWork work, String specification, Enrolment enrolment) {
        try {
            return VolumeDevice.require(work.root(), enrolment.volume(), specification)
                    .equals(enrolment.device());
        } catch (KeyringException absent) {
            return false;
        }
    }

    private static KeyringException refused(Enrolment enrolment, String reason, String hint) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "/etc/crypttab")
                .with("reason", reason)
                .with("hint", hint)
                .with("volume", enrolment.volume())
                .build();
    }
}
