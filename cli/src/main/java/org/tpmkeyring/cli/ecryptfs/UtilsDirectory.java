// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.ecryptfs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tpmkeyring.cli.program.Account;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/**
 * What ecryptfs-utils keeps of a private directory: {@code ~/.ecryptfs}, or, of a home that is encrypted as a whole,
 * {@code /home/.ecryptfs/USER/.ecryptfs}, where a link in the home leads (ecryptfs-setup-private(1)).
 *
 * @param path the directory
 * @param wrapped bytes of {@code wrapped-passphrase}, hex; no secret by itself
 * @param signatures lines of {@code Private.sig}
 * @param salt of {@code .ecryptfsrc}, where it names one
 * @param independent whether the passphrase is wrapped with another password than that of the login
 * @param mountsAtLogin whether the login mounts it by itself, as soon as its key is there
 * @param mount where it is mounted, where that is known
 */
public record UtilsDirectory(
        Path path,
        String wrapped,
        List<String> signatures,
        Optional<String> salt,
        boolean independent,
        boolean mountsAtLogin,
        Optional<String> mount) {
    static final String WRAPPED = "wrapped-passphrase";
    private static final String FOLDER = ".ecryptfs";
    private static final String SIGNATURES = "Private.sig";
    private static final String SETTINGS = ".ecryptfsrc";

    /** More than any of these files has. */
    private static final int MOST_BYTES = 4096;

    /** A line or one of several settings in a line; other lengths are passed over (ecryptfs_read_salt_hex_from_rc). */
    private static final Pattern SALT = Pattern.compile("(?m)(?:^|,)[ \\t]*salt=([0-9a-fA-F]{16})[ \\t]*(?:$|,)");

    /**
     * Looks where ecryptfs-utils would.
     *
     * @param root directory that is taken for {@code /}
     * @throws KeyringException BAD_ARGUMENT when there is none, or it is not whole; VAULT_UNSAFE_FILE
     */
    public static UtilsDirectory of(Account account, long uid, Path root) {
        Path wholeHomes = root.resolve("home").resolve(FOLDER);
        Optional<String> salt = salt(account.home(), uid);
        return in(account.home(), List.of(FOLDER), uid, salt)
                .or(() -> in(wholeHomes, List.of(account.name(), FOLDER), uid, salt))
                .orElseThrow(() -> missing(
                        "neither '" + account.home().resolve(FOLDER) + "' nor '"
                                + wholeHomes.resolve(account.name()).resolve(FOLDER) + "' has a " + WRAPPED,
                        "man ecryptfs-setup-private"));
    }

    /** The same of a directory that the person named, with the settings beside it. */
    public static UtilsDirectory at(Path directory, long uid) {
        Path whole = directory.toAbsolutePath().normalize();
        Optional<String> salt = Optional.ofNullable(whole.getParent()).flatMap(parent -> salt(parent, uid));
        return in(whole, List.of(), uid, salt)
                .orElseThrow(() -> missing("'" + whole + "' has no " + WRAPPED, "ls -la " + whole));
    }

    private static Optional<UtilsDirectory> in(Path base, List<String> folders, long uid, Optional<String> salt) {
        Optional<OwnedDirectory> at = OwnedDirectory.at(base, uid);
        for (String folder : folders) {
            if (at.isPresent()) {
                try (OwnedDirectory above = at.get()) {
                    at = above.directory(folder);
                }
            }
        }
        if (at.isEmpty()) {
            return Optional.empty();
        }
        try (OwnedDirectory directory = at.get()) {
            return directory.file(WRAPPED, MOST_BYTES).map(wrapped -> whole(directory, wrapped, salt));
        }
    }

    private static UtilsDirectory whole(OwnedDirectory directory, byte[] wrapped, Optional<String> salt) {
        List<String> signatures = directory
                .file(SIGNATURES, MOST_BYTES)
                .map(UtilsDirectory::text)
                .map(text -> text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList())
                .orElseThrow(() -> missing(
                        "'" + directory.path() + "' has no " + SIGNATURES
                                + ", which tells whose keys the passphrase makes",
                        "ls -la " + directory.path()));
        return new UtilsDirectory(
                directory.path(),
                HexFormat.of().formatHex(wrapped),
                signatures,
                salt,
                directory.has("wrapping-independent"),
                directory.has("auto-mount"),
                directory
                        .file("Private.mnt", MOST_BYTES)
                        .map(bytes -> text(bytes).strip()));
    }

    private static Optional<String> salt(Path home, long uid) {
        Optional<OwnedDirectory> at = OwnedDirectory.at(home, uid);
        if (at.isEmpty()) {
            return Optional.empty();
        }
        try (OwnedDirectory directory = at.get()) {
            return directory
                    .file(SETTINGS, MOST_BYTES)
                    .map(bytes -> SALT.matcher(text(bytes)))
                    .filter(Matcher::find)
                    .map(found -> found.group(1));
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static KeyringException missing(String reason, String hint) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "import ecryptfs")
                .with("reason", reason)
                .with("hint", hint)
                .build();
    }
}
