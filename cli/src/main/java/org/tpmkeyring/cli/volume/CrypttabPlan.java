// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.nio.file.Files;
import java.util.List;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * What a volume's line in /etc/crypttab is to become. The boot never waits for the volume ({@code nofail}), and where
 * keyringd gives no key, systemd-cryptsetup asks for a passphrase for a while and then gives up.
 *
 * @param kind what there is to do
 * @param before the line there is, byte for byte; empty where there is none
 * @param line the line there is to be
 * @param wanted its fields
 * @param dropped options that it has no more
 */
public record CrypttabPlan(Kind kind, String before, String line, Crypttab.Entry wanted, List<String> dropped) {
    /** What keyringd-cryptsetup.socket listens at, and the generator of units looks for. */
    private static final String KEY_SOCKET = "run/tpm-keyring/cryptsetup";

    private static final String OPTIONS = "luks,nofail,timeout=90s";

    /** What is to be done. */
    public enum Kind {
        /** A line is to be added. */
        ADD,
        /** There is one that does. */
        KEEP,
        /** There is one with another key file, or with options that would spoil the key. */
        ADJUST
    }

    /**
     * @param socket key socket of keyringd
     * @throws KeyringException BAD_ARGUMENT for a line that names another device, a device that no line can name, or a socket
     *     that is not asked at boot
     */
    public static CrypttabPlan of(LuksWork work, Enrolment enrolment, String socket) {
        String named = enrolment.named();
        String asked = work.root().resolve(KEY_SOCKET).toString();
        if (!socket.equals(asked) && Files.isDirectory(work.root().resolve("run/systemd/system"))) {
            throw refused(
                    enrolment,
                    "at boot systemd has a volume checked and opened by the keyringd at " + asked
                            + ", not by the one at " + socket,
                    "the same command with --no-crypttab, or without --socket and TPM_KEYRING_SOCKET");
        }
        if (named.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '#')) {
            throw refused(
                    enrolment, "the path " + named + " cannot be written into it, use --no-crypttab", "man crypttab");
        }
        Crypttab.Entry fresh = new Crypttab.Entry(enrolment.volume(), named, socket, OPTIONS);
        Crypttab table = work.crypttab().read();
        Crypttab.Entry before = table.find(enrolment.volume()).orElse(null);
        if (before == null) {
            return new CrypttabPlan(Kind.ADD, "", fresh.line(), fresh, List.of());
        }
        if (!isSameDevice(work, before.device(), enrolment)) {
            throw refused(
                    enrolment,
                    "its line about volume '" + enrolment.volume() + "' names another device, " + before.device()
                            + "; correct it, or use --no-crypttab",
                    "man crypttab");
        }
        return adjusted(table.line(enrolment.volume()).orElseThrow(), before, enrolment, socket);
    }

    private static CrypttabPlan adjusted(String line, Crypttab.Entry before, Enrolment enrolment, String socket) {
        CrypttabOptions options = new CrypttabOptions(before.options());
        options.foreign().ifPresent(option -> {
            throw refused(
                    enrolment,
                    "its line about volume '" + enrolment.volume() + "' has the option " + option
                            + ", and so is not about the LUKS header of " + enrolment.device()
                            + "; correct it, or use --no-crypttab",
                    "man crypttab");
        });
        String kept = options.kept();
        Crypttab.Entry wanted =
                new Crypttab.Entry(before.name(), before.device(), socket, kept.isEmpty() ? OPTIONS : kept);
        Kind kind = before.keyFile().equals(socket) && options.dropped().isEmpty() ? Kind.KEEP : Kind.ADJUST;
        return kind == Kind.KEEP
                ? new CrypttabPlan(kind, line, line, before, List.of())
                : new CrypttabPlan(kind, line, Crypttab.edited(line, wanted), wanted, options.dropped());
    }

    /**
     * Writes the line, and keeps what it was for the day when the key is removed.
     *
     * @param undo gets what would take it all back
     */
    public void carryOut(LuksWork work, Undo undo) {
        if (kind == Kind.KEEP) {
            return;
        }
        CrypttabFile file = work.crypttab();
        FormerLine former = new FormerLine(work.root(), wanted.name());
        Crypttab was = file.read();
        Crypttab becomes = was.with(wanted);
        undo.plan(
                "edit " + file.path(),
                () -> file.change(now -> now.equals(becomes) ? was : now.replaced(line, before)));
        undo.plan("rm -f " + former.path(), former::forget);
        former.keep(work.root(), line, before);
        file.change(now -> now.with(wanted));
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
