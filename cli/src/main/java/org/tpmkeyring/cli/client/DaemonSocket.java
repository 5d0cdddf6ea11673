// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.nio.file.Path;
import java.util.Map;

/** Which socket a call goes to. */
public final class DaemonSocket {
    /** Where keyringd listens unless told otherwise. */
    public static final Path DEFAULT = Path.of("/run/tpm-keyring/org.tpmkeyring");

    /** Name of the environment variable that chooses another. */
    public static final String VARIABLE = "TPM_KEYRING_SOCKET";

    private DaemonSocket() {}

    /**
     * The option wins over the environment, the environment over the default.
     *
     * @param option path given with {@code --socket}, or null
     */
    public static Path choose(String option, Map<String, String> environment) {
        if (option != null) {
            return Path.of(option);
        }
        String variable = environment.get(VARIABLE);
        return variable == null || variable.isEmpty() ? DEFAULT : Path.of(variable);
    }
}
