// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.completion;

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

    /**
     * @param command words of the command, such as {@code vault create}
     */
    static ValueKind of(String command, ArgSpec arg) {
        if (arg.completionCandidates() != null) {
            return WORDS;
        }
        boolean makesOne = arg.isPositional() && (command.equals("add") || command.equals("vault create"));
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
