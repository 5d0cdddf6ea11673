// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol;

import java.util.List;
import java.util.stream.Collectors;

/** A name that stands for several things. A backup that is put back beside what has come in its place brings that about. */
public final class Ambiguous {
    private Ambiguous() {}

    /**
     * The refusal of the name of several vaults.
     *
     * @param ids of the owner's sound vaults of that name; two at least
     * @return BAD_ARGUMENT; its hint is about the vaults of whoever types it
     */
    public static KeyringException vault(String name, List<String> ids) {
        return refusal("vault", vaultsInWords(name, ids))
                .with("hint", "tpm-keyring vault rename " + ids.get(0) + " NEW-NAME")
                .build();
    }

    /** What the refusal of the name of several vaults says, for who tells of it unasked. */
    public static String vaultsInWords(String name, List<String> ids) {
        return ids.size() + " vaults have the name '" + name + "': " + and(ids);
    }

    /**
     * The refusal to destroy a key by a name that several keys have.
     *
     * @param vaults names of the vaults that the owner's keys of that name are in; two at least
     * @return BAD_ARGUMENT
     */
    public static KeyringException key(String name, List<String> vaults) {
        List<String> places = vaults.stream()
                .map(vault -> "in vault '" + vault + "'")
                .distinct()
                .toList();
        boolean told = places.size() == vaults.size();
        String where =
                told ? and(places) : "in " + vaults.size() + " vaults, not all of which have a name of their own";
        return refusal("key", "'" + name + "' is " + where)
                .with(
                        "hint",
                        told
                                ? "tpm-keyring list, and where one of the vaults is not needed any more: tpm-keyring vault remove VAULT"
                                        + " --with-keys"
                                : "tpm-keyring status")
                .build();
    }

    private static KeyringException.Builder refusal(String argument, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", argument)
                .with("reason", reason);
    }

    private static String and(List<String> items) {
        int last = items.size() - 1;
        return items.subList(0, last).stream().collect(Collectors.joining(", ")) + " and " + items.get(last);
    }
}
