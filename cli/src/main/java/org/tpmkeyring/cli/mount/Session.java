// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.cli.program.Programs;

/**
 * Runs a program where it sees the keys of root's user keyring. The kernel looks for a file system's keys in
 * the keyrings of the process that mounts; in a session that began as another user, as under sudo(8), root's
 * user keyring is not among them (session-keyring(7)). Hence a session of its own, for the time of one program,
 * with a link to it; what is mounted keeps its own hold on the keys.
 */
final class Session {
    /** The words of the program follow as parameters, so none of them is ever read as shell. */
    private static final String WITH_KEYS = "keyctl link @u @s && exec \"$@\"";

    /** Description of a key, program and its words: the key's payload is the program's input. */
    private static final String FED = "keyctl link @u @s && key=$1 && shift && keyctl pipe \"%user:$key\" | \"$@\"";

    private final Programs programs;

    Session(Programs programs) {
        this.programs = programs;
    }

    /** The words that run a program with keys. */
    List<String> withKeys(List<String> words) {
        return wrapped(WITH_KEYS, words);
    }

    /** The words that run a program and feed it a key, which never comes here. */
    List<String> fed(String key, List<String> words) {
        List<String> all = new ArrayList<>(List.of(key));
        all.addAll(words);
        return wrapped(FED, all);
    }

    private List<String> wrapped(String script, List<String> words) {
        programs.require("keyctl", "keyutils");
        List<String> all = new ArrayList<>(List.of("keyctl", "session", "-", "sh", "-c", script, "sh"));
        all.addAll(words);
        return all;
    }
}
