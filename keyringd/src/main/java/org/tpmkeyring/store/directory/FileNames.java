// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tpmkeyring.store.VaultId;

/** Names in the state directory. */
final class FileNames {
    static final String LOCK = "lock";
    static final String VAULTS = "vaults";

    private static final Pattern VAULT = Pattern.compile("([0-9a-f]{32})\\.vault(\\.previous)?");
    private static final Pattern LEFTOVER = Pattern.compile("\\.[0-9a-f]{32}\\.(new|kept)");
    private static final Pattern UID = Pattern.compile("0|[1-9][0-9]{0,9}");
    private static final long LARGEST_UID = 0xffff_fffeL;

    private FileNames() {}

    static String current(VaultId id) {
        return id + ".vault";
    }

    /** The generation before. */
    static String previous(VaultId id) {
        return id + ".vault.previous";
    }

    /** A generation that was found damaged when the one before was put in force. */
    static String damaged(VaultId id) {
        return id + ".vault.damaged";
    }

    /** A new generation while it is written. */
    static String fresh(VaultId id) {
        return "." + id + ".new";
    }

    /** A second name of the old generation while it is replaced. */
    static String kept(VaultId id) {
        return "." + id + ".kept";
    }

    static Optional<VaultId> vault(String name) {
        Matcher matcher = VAULT.matcher(name);
        return matcher.matches() ? Optional.of(new VaultId(matcher.group(1))) : Optional.empty();
    }

    static boolean isLeftover(String name) {
        return LEFTOVER.matcher(name).matches();
    }

    static OptionalLong uid(String name) {
        if (!UID.matcher(name).matches() || Long.parseLong(name) > LARGEST_UID) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(name));
    }
}
