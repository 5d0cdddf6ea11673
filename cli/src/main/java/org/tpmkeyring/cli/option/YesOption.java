// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import picocli.CommandLine.Option;

/** {@code --yes}. */
public final class YesOption {
    /** What to type where nobody can be asked, with whatever else was typed. */
    public static final String SAME_COMMAND = "the same command with --yes";

    @Option(
            names = {"-y", "--yes"},
            order = 70,
            description = "Do not ask whether you are sure.")
    boolean yes;

    public boolean yes() {
        return yes;
    }
}
