// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --user}. */
public final class OwnerOption {
    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER",
            order = 80,
            converter = UserConverter.class,
            description = "Whose vaults are meant, by name or uid. Root only; yours when not given.")
    Long uid;

    /** The uid that was given. */
    public Optional<Long> owner() {
        return Optional.ofNullable(uid);
    }

    /** What a hint at a command about the same vaults ends with: the option where it was given, or nothing. */
    public String words() {
        return uid == null ? "" : " --user " + uid;
    }
}
