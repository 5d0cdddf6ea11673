// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CheckVolume;

/**
 * Compares a volume with the one that its key was made for. A volume that somebody put in its place, with the same
 * UUID and a passphrase that he knows, has other digests of its volume key, and raises an alarm.
 */
final class CheckVolumeCase implements Handler<CheckVolume.Request, CheckVolume.Reply> {
    private static final int SHOWN_DIGITS = 16;

    private final LuksKeys keys;
    private final KeyStates states;
    private final CheckedVolumes checked;
    private final Alarms alarms;

    CheckVolumeCase(LuksKeys keys, KeyStates states, CheckedVolumes checked, Alarms alarms) {
        this.keys = keys;
        this.states = states;
        this.checked = checked;
        this.alarms = alarms;
    }

    @Override
    public CheckVolume.Reply handle(Call<CheckVolume.Request> call) {
        CheckVolume.Request request = call.request();
        Keys.Located found = keys.require(
                request.volume(), key -> CheckedVolumes.identity(key).equals(request.identity()));
        requireIdentity(request.identity());
        if (!CheckedVolumes.identity(found.record()).equals(request.identity())) {
            checked.failed(found.record());
            throw mismatch(found, request.identity());
        }
        checked.passed(found.record());
        return new CheckVolume.Reply(states.info(found.vault().vault(), found.record()));
    }

    private KeyringException mismatch(Keys.Located found, String identity) {
        String name = found.record().name().text();
        KeyringException refusal = KeyringException.of(ErrorKind.UNEXPECTED_VOLUME)
                .with("volume", name)
                .with("reason", reason(found, identity))
                .build();
        alarms.raise(name, refusal.sentence());
        return refusal;
    }

    private static String reason(Keys.Located found, String identity) {
        return identity.equals(CheckVolume.NO_IDENTITY)
                ? "it has no LUKS header that can be read"
                : "its LUKS header has identity " + identity.substring(0, SHOWN_DIGITS) + "... and not "
                        + CheckedVolumes.identity(found.record()).substring(0, SHOWN_DIGITS) + "...";
    }

    private static void requireIdentity(String identity) {
        if (!identity.matches("[0-9a-f]{64}")) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "identity")
                    .with("reason", "it wants 64 lower-case hex digits")
                    .build();
        }
    }
}
