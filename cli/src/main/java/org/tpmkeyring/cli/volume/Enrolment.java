// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * A volume that is about to get a keyslot for a key of keyringd, with what was found out before anything is changed.
 *
 * @param volume name of the volume and of its key
 * @param device the device itself
 * @param named how it is named from now on
 * @param header of the volume
 * @param slot number of the new keyslot
 * @param token number of the new token, -1 for none
 */
public record Enrolment(String volume, Path device, String named, LuksHeader header, int slot, int token) {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /**
     * Looks at the volume.
     *
     * @param given device as the person named it
     * @param stateDirectory of keyringd
     * @throws KeyringException NO_SUCH_DEVICE, BAD_ARGUMENT
     */
    public static Enrolment of(LuksWork work, String volume, String given, Path stateDirectory) {
        Path device = VolumeDevice.require(work.root(), volume, given);
        LuksHeader header = work.cryptsetup().header(device);
        if (work.devices().liesOn(stateDirectory, device)) {
            throw refused(
                    given,
                    "the vaults in " + stateDirectory + " lie on this very volume, so its key could never be read"
                            + " before it is open");
        }
        if (header.freeSlot() < 0) {
            throw refused(given, "all keyslots of its LUKS header are taken, see cryptsetup luksDump " + device);
        }
        String named = VolumeDevice.stable(work.root(), given, device, header.uuid());
        return new Enrolment(
                volume, device, named, header, header.freeSlot(), header.version() == 1 ? -1 : header.freeToken());
    }

    /**
     * Copies the header to a new file, which cryptsetup makes one that only the owner can read.
     *
     * @param wished file; a new one among the backups when empty
     * @return the file
     */
    public Path backUp(LuksWork work, Optional<String> wished, Instant now) {
        Path file =
                wished.map(Path::of).orElseGet(() -> unusedBackup(work.root().resolve(FormerLine.BACKUPS), now));
        try {
            if (wished.isEmpty()) {
                FormerLine.makeDirectory(work.root());
            }
            work.cryptsetup().backUpHeader(device, file);
            return file;
        } catch (IOException e) {
            throw KeyringException.of(ErrorKind.UNEXPECTED)
                    .with("detail", "the LUKS header cannot be backed up to " + file + ": " + e.getMessage())
                    .with("hint", "df -h " + file.resolveSibling("."))
                    .causedBy(e)
                    .build();
        }
    }

    /**
     * Deletes a backup that the volume still begins with, byte for byte: nothing was changed, and a volume that a person
     * tries again on should not leave a copy behind for each try.
     *
     * @return false when it stays, since the header is another one now, or that cannot be told
     */
    public boolean dropBackup(Path backup) {
        try {
            long length = Files.size(backup);
            if (length == 0 || !isStart(backup, length)) {
                return false;
            }
            Files.delete(backup);
            return true;
        } catch (IOException unknown) {
            return false;
        }
    }

    private boolean isStart(Path backup, long length) throws IOException {
        long difference = Files.mismatch(device, backup);
        return difference < 0 || difference == length;
    }

    /** Two backups may be made within the second that the name tells. */
    private Path unusedBackup(Path folder, Instant now) {
        String stem = volume + "-" + header.uuid() + "-" + STAMP.format(now);
        Path file = folder.resolve(stem + ".img");
        for (int count = 2; Files.exists(file); count++) {
            file = folder.resolve(stem + "-" + count + ".img");
        }
        return file;
    }

    /**
     * Makes the keyslot, tries it, and makes the token.
     *
     * @param undo gets what would take it all back
     * @param backwards the cryptsetup for that: it still runs when the other was ended
     */
    public void makeKeyslot(LuksWork work, Optional<String> existingKeyFile, Undo undo, Cryptsetup backwards) {
        Cryptsetup cryptsetup = work.cryptsetup();
        undo.plan("cryptsetup luksKillSlot " + device + " " + slot, () -> removeOwnSlot(backwards));
        cryptsetup.addKey(device, volume, slot, existingKeyFile);
        if (!cryptsetup.opens(device, volume, slot)) {
            throw KeyringException.of(ErrorKind.UNEXPECTED)
                    .with("detail", "the new keyslot " + slot + " of " + device + " is not opened by the new key")
                    .with("hint", "cryptsetup luksDump " + device)
                    .build();
        }
        if (token >= 0) {
            undo.plan("cryptsetup token remove --token-id " + token + " " + device, () -> removeOwnToken(backwards));
            cryptsetup.addToken(device, token, slot, LuksWork.description(volume));
        }
    }

    /** Somebody else may have taken the number meanwhile: what our key does not open is not ours. */
    private void removeOwnSlot(Cryptsetup cryptsetup) {
        if (cryptsetup.header(device).usedSlots().contains(slot) && cryptsetup.opens(device, volume, slot)) {
            cryptsetup.removeSlot(device, slot);
        }
    }

    private void removeOwnToken(Cryptsetup cryptsetup) {
        boolean ours = cryptsetup.header(device).tokensOf(LuksWork.description(volume)).stream()
                .anyMatch(found -> found.id() == token);
        if (ours) {
            cryptsetup.removeToken(device, token);
        }
    }

    private static KeyringException refused(String given, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "--device=" + given)
                .with("reason", reason)
                .with("hint", "lsblk --fs")
                .build();
    }
}
