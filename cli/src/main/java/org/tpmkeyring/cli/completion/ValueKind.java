// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.completion;

import java.util.List;
import picocli.CommandLine.Model.ArgSpec;

/** What can stand in a place of the command line. */
enum ValueKind {
    /** A fixed set of words. */
    WORDS,
    KEYS,
    VAULTS,
    PROTECTORS,
    FILES,
    DIRECTORIES,
    USERS,
    /** Something new that nothing can be offered for. */
    FREE;

    /** Commands whose argument names what is not there yet. */
    private static final List<String> MAKING = List.of("add", "vault create", "import ecryptfs");

    /**
     * @param command words of the command, such as {@code vault create}
     */
    static ValueKind of(String command, ArgSpec arg) {
        if (arg.completionCandidates() != null) {
            return WORDS;
        }
        boolean makesOne = arg.isPositional() && MAKING.contains(command);
        return switch (arg.paramLabel()) {
            case "NAME" -> makesOne ? FREE : KEYS;
            case "VAULT" -> makesOne ? FREE : VAULTS;
            case "ID" -> PROTECTORS;
            case "FILE", "PATH" -> FILES;
            case "DIR", "WHERE" -> DIRECTORIES;
            case "USER" -> USERS;
            default -> FREE;
        };
    }
}
