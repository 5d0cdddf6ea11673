// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.client;

import java.nio.file.Path;
import java.util.Map;

/** Which socket a call goes to. */
public final class DaemonSocket {
    /** Where keyringd listens unless told otherwise. */
    public static final String DEFAULT = "/run/tpm-keyring/org.tpmkeyring";

    /** Name of the environment variable that chooses another. */
    public static final String VARIABLE = "TPM_KEYRING_SOCKET";

    private DaemonSocket() {}

    /**
     * The option wins over the environment, the environment over the default.
     *
     * @param option path given with {@code --socket}, or null
     */
    public static Path choose(String option, Map<String, String> environment) {
        String variable = environment.getOrDefault(VARIABLE, "");
        String unlessOption = variable.isEmpty() ? DEFAULT : variable;
        return Path.of(option == null ? unlessOption : option);
    }
}
