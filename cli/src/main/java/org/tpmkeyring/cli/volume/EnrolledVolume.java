// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Volume;

/**
 * The volume of a key that is about to be destroyed, as it was found: it is there, and it is the one that the key was made
 * for.
 *
 * @param name of the volume and of its key
 * @param device the device itself
 * @param header of the volume
 * @param giveUp the command that destroys the key whatever becomes of the volume
 */
public record EnrolledVolume(String name, Path device, LuksHeader header, String giveUp) {
    /**
     * Looks at the volume.
     *
     * @param opens what the key says that it opens
     * @throws KeyringException KEYSLOT_UNKNOWN when it is not there or is another one
     */
    public static EnrolledVolume of(LuksWork work, String name, Volume opens, String giveUp) {
        Path device;
        LuksHeader header;
        try {
            device = VolumeDevice.require(
                    work.root(),
                    name,
                    opens.device().orElse("UUID=" + opens.uuid().orElse("")));
            header = work.cryptsetup().header(device);
        } catch (KeyringException e) {
            throw unknown(name, e.sentence(), orGiveUp("the same command once the volume is there", giveUp));
        }
        EnrolledVolume found = new EnrolledVolume(name, device, header, giveUp);
        if (!found.isOf(opens)) {
            throw found.unknown(
                    "what is at " + device + " now has another identity than the one that its key was made for",
                    found.orGiveUp("tpm-keyring volume check " + name));
        }
        return found;
    }

    /** Whether a key that opens {@code opens} is one of this very volume. */
    boolean isOf(Volume opens) {
        return opens.identity().filter(header.identity()::equals).isPresent();
    }

    /** Whether a note in the header tells the keyslot of the key. */
    public boolean hasToken() {
        return !tokens().isEmpty();
    }

    /** The tokens that name the key. */
    List<LuksHeader.Token> tokens() {
        return header.tokensOf(LuksWork.description(name));
    }

    /** The keyslots that these tokens tell. */
    static SortedSet<Integer> slots(List<LuksHeader.Token> tokens) {
        SortedSet<Integer> named = new TreeSet<>();
        tokens.forEach(token -> named.addAll(token.slots()));
        return named;
    }

    /** The same volume as it is now; nothing is known of one that has changed its identity. */
    EnrolledVolume again(Cryptsetup cryptsetup) {
        EnrolledVolume now = new EnrolledVolume(name, device, cryptsetup.header(device), giveUp);
        if (!now.header.identity().equals(header.identity())) {
            throw KeyringException.of(ErrorKind.UNEXPECTED)
                    .with("detail", "what is at " + device + " is another volume since a moment ago")
                    .with("hint", "cryptsetup luksDump " + device)
                    .build();
        }
        return now;
    }

    /**
     * The refusal where another vault has a key of this name: root's keyring and the tokens have one name for both.
     *
     * @param vault that has it
     */
    public KeyringException shared(String vault) {
        return unknown(
                "vault '" + vault + "' has a key of this name too, so that nothing shows which keyslot of " + device
                        + " is whose",
                Cryptsetup.passphraseTrial(device) + ", and if a passphrase opens it: " + giveUp);
    }

    String orGiveUp(String way) {
        return orGiveUp(way, giveUp);
    }

    private static String orGiveUp(String way, String giveUp) {
        return way + ", or, to give the volume up: " + giveUp;
    }

    KeyringException unknown(String reason, String hint) {
        return unknown(name, reason, hint);
    }

    private static KeyringException unknown(String volume, String reason, String hint) {
        return KeyringException.of(ErrorKind.KEYSLOT_UNKNOWN)
                .with("volume", volume)
                .with("reason", reason)
                .with("hint", hint)
                .build();
    }
}
