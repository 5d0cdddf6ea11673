// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.tpmkeyring.cli.ecryptfs.LowerDirectory;
import org.tpmkeyring.cli.mount.PlainPath.Directory;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.protocol.api.CheckDirectory;
import org.tpmkeyring.protocol.api.KeyInfo;

/**
 * A lower directory that eCryptfs shows in clear.
 *
 * <p>The option {@code ecryptfs_unlink_sigs}, which ecryptfs-utils use, is not: with it umount.ecryptfs takes the
 * keys out of the keyring, so a second directory with the same key would lose it and keyringd's own account of
 * what is delivered would be wrong. {@code tpm-keyring lock} takes keys away.
 */
final class EcryptfsMount implements FileSystemMount {
    private static final String TYPE = "ecryptfs";
    private static final int SIGNATURES = 2;

    /** AES-256 for new directories; ecryptfs-utils' private directories have 16 (mount.ecryptfs_private.c). */
    private static final int DEFAULT_KEY_BYTES = 32;

    private static final String KEY_BYTES = "ecryptfs_key_bytes=";
    private static final String NAME_KEY_BYTES = "ecryptfs_fn_key_bytes=";
    private static final String CIPHER = "ecryptfs_cipher=";

    /** Of mount.ecryptfs, not of the kernel: whether names are encrypted. */
    private static final String NAMES = "ecryptfs_enable_filename_crypto=";

    private static final Set<String> NO = Set.of("n", "no", "0", "false");

    private final MountPoints points;
    private final KeyInPlace keys;

    EcryptfsMount(MountPoints points, KeyInPlace keys) {
        this.points = points;
        this.keys = keys;
    }

    @Override
    public boolean isMounted(MountEntry entry, Deadline deadline) {
        return points.shows(entry);
    }

    @Override
    public void mount(MountEntry entry, Deadline deadline) {
        KeyInfo known = keys.require(entry);
        Directory what = MountPoints.what(entry, deadline);
        Directory where = MountPoints.where(entry, deadline);
        deadline.reading(entry.what());
        try (HeldDirectory held = HeldDirectory.of(what)) {
            LowerDirectory sample = sample(entry, held);
            List<String> options = checked(entry, known, sample);
            points.over(what, where, TYPE, options, deadline);
        }
    }

    /** The options to mount with, once it is what it should be and has its key. */
    private List<String> checked(MountEntry entry, KeyInfo known, LowerDirectory sample) {
        boolean encryptNames = encryptNames(entry);
        check(entry, sample);
        if (encryptNames && sample.hasPlainNames()) {
            throw MountPoints.argument(
                    "OPTIONS",
                    "the files in " + entry.what()
                            + " have names that are not encrypted, so that they would not be found;" + " " + NAMES
                            + "no leaves names as they are",
                    "ls -A " + entry.what());
        }
        return options(entry, keys.deliver(entry, known), sample, encryptNames);
    }

    @Override
    public void unmount(MountEntry entry, Deadline deadline) {
        points.unmount(entry, deadline);
    }

    private static LowerDirectory sample(MountEntry entry, HeldDirectory held) {
        try {
            return LowerDirectory.sample(held.path());
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage()).replace(held.path().toString(), entry.what());
            throw MountPoints.argument("WHAT", entry.what() + " cannot be read: " + why, "ls -ld " + entry.what());
        }
    }

    private void check(MountEntry entry, LowerDirectory sample) {
        Set<String> found = new TreeSet<>(sample.contents());
        found.addAll(sample.names());
        if (sample.isPlain()) {
            found.add(CheckDirectory.NOT_ENCRYPTED);
        }
        if (!found.isEmpty()) {
            keys.check(entry, entry.what(), List.copyOf(found));
        }
    }

    private static boolean encryptNames(MountEntry entry) {
        return entry.options().stream()
                .filter(option -> option.startsWith(NAMES))
                .noneMatch(
                        option -> NO.contains(option.substring(NAMES.length()).toLowerCase(Locale.ROOT)));
    }

    private static List<String> options(MountEntry entry, KeyInfo key, LowerDirectory sample, boolean encryptNames) {
        List<String> options = new ArrayList<>();
        for (String option : entry.options()) {
            if (!option.startsWith(NAMES)) {
                options.add(option);
            }
        }
        add(options, CIPHER, "aes");
        add(options, KEY_BYTES, Integer.toString(DEFAULT_KEY_BYTES));
        options.add("ecryptfs_sig=" + key.identifiers().get(0));
        if (encryptNames && key.identifiers().size() == SIGNATURES) {
            options.add("ecryptfs_fnek_sig=" + key.identifiers().get(1));
            sample.nameKeyBytes().ifPresent(bytes -> add(options, NAME_KEY_BYTES, bytes.toString()));
        }
        // files that another key encrypted are not opened even where somebody's keyring has that key
        options.add("ecryptfs_mount_auth_tok_only");
        return options;
    }

    private static void add(List<String> options, String name, String value) {
        if (options.stream().noneMatch(option -> option.startsWith(name))) {
            options.add(name + value);
        }
    }
}
