// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.tpmkeyring.daemon.ConfigurationFile.Value;

/**
 * The command line of keyringd.
 *
 * @param action what to do
 * @param config the configuration file
 * @param overrides settings given as options; they go before those of the file
 */
record CommandLine(Action action, Path config, Map<Setting, Value> overrides) {
    static final String HELP = """
            Usage: keyringd [OPTION...]
            Seals file-system keys to the TPM and releases them into the kernel's keyrings.

              --tpm2-device=TCTI  TPM, such as device:/dev/tpmrm0 or swtpm:path=SOCKET
              --state-dir=DIR     directory of the vault files
              --socket=PATH       socket that tpm-keyring connects to
              --runtime-dir=DIR   directory of what is kept until the next boot
                                  (default: that of the socket)
              --config=FILE       configuration, with FILE.d/*.conf
                                  (default: /etc/tpm-keyring/keyringd.conf)
              --version           tell the version
              --help              tell this

            Options go before the configuration. See keyringd(8) and keyringd.conf(5).
            """;

    private static final Path DEFAULT_CONFIG = Path.of("/etc/tpm-keyring/keyringd.conf");

    private static final Map<String, Setting> SETTING_OPTIONS = Map.of(
            "--tpm2-device", Setting.TPM2_DEVICE,
            "--state-dir", Setting.STATE_DIRECTORY,
            "--socket", Setting.SOCKET,
            "--runtime-dir", Setting.RUNTIME_DIRECTORY);

    /** What keyringd was started for. */
    enum Action {
        SERVE,
        HELP,
        VERSION
    }

    /**
     * @throws ConfigurationException naming the argument that is not understood
     */
    static CommandLine parse(String... arguments) throws ConfigurationException {
        Action action = Action.SERVE;
        Path config = DEFAULT_CONFIG;
        Map<Setting, Value> overrides = new EnumMap<>(Setting.class);
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String option = equals < 0 ? argument : argument.substring(0, equals);
            String value = equals < 0 ? "" : argument.substring(equals + 1);
            if (option.equals("--config") || SETTING_OPTIONS.containsKey(option)) {
                requireValue(option, value);
            }
            if (argument.equals("--help") || argument.equals("-h")) {
                action = Action.HELP;
            } else if (argument.equals("--version")) {
                action = Action.VERSION;
            } else if (option.equals("--config")) {
                config = existing(value);
            } else if (SETTING_OPTIONS.containsKey(option)) {
                overrides.put(SETTING_OPTIONS.get(option), new Value(value, option));
            } else {
                throw new ConfigurationException(argument, "there is no such option, see keyringd --help");
            }
        }
        return new CommandLine(action, config, overrides);
    }

    private static void requireValue(String option, String value) throws ConfigurationException {
        if (value.isEmpty()) {
            throw new ConfigurationException(option, "a value is missing, it is given as " + option + "=VALUE");
        }
    }

    /** A file that is named has to be there; the default one need not. */
    private static Path existing(String value) throws ConfigurationException {
        try {
            Path file = Path.of(value);
            if (file.toFile().isFile()) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new ConfigurationException("--config", "'" + value + "' is no path: " + e.getReason());
        }
        throw new ConfigurationException("--config", "there is no file " + value);
    }

    /** Options, then the file and what is beside it, then defaults. */
    Configuration configuration() throws ConfigurationException {
        Map<Setting, Value> values = ConfigurationFile.read(config);
        values.putAll(overrides);
        return Configuration.of(values);
    }
}
