// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.authz.UserRange;
import org.tpmkeyring.daemon.ConfigurationFile.Value;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.PcrSelection;

/**
 * What the daemon is told about its surroundings.
 *
 * @param tpm2Device TCTI string
 * @param stateDirectory where the vault files are
 * @param socket where clients connect
 * @param runtimeDirectory where is kept what need not outlive the next boot; that of the socket unless named
 * @param cryptsetupSocket where systemd-cryptsetup asks for keys of volumes
 * @param maxVaultsPerUser most vaults a user may make for himself, root apart
 * @param users uids of persons
 * @param defaultPcrs policy of a vault whose maker names none
 * @param doorPcr the PCR that is extended at the end of boot; empty for none
 * @param loginPassword how long a login password is kept for the session; zero: not at all
 * @param logLevel from which level on lines are written
 */
record Configuration(
        String tpm2Device,
        Path stateDirectory,
        Path socket,
        Path runtimeDirectory,
        Path cryptsetupSocket,
        int maxVaultsPerUser,
        UserRange users,
        PcrSelection defaultPcrs,
        Optional<Integer> doorPcr,
        Duration loginPassword,
        System.Logger.Level logLevel) {
    private static final long MAX_UID = (1L << 32) - 2;
    private static final int LAST_DOOR_PCR = 15;
    private static final int MOST_VAULTS = 10_000;
    private static final int MOST_PASSWORD_SECONDS = 600;

    /**
     * @param given values by setting; defaults stand for the rest
     * @throws ConfigurationException naming the place of a bad value
     */
    static Configuration of(Map<Setting, Value> given) throws ConfigurationException {
        return new Configuration(
                device(value(given, Setting.TPM2_DEVICE)),
                path(value(given, Setting.STATE_DIRECTORY)),
                path(value(given, Setting.SOCKET)),
                runtimeDirectory(given),
                cryptsetupSocket(given),
                (int) number(value(given, Setting.MAX_VAULTS_PER_USER), 0, MOST_VAULTS),
                users(given),
                pcrs(value(given, Setting.DEFAULT_PCRS)),
                door(given),
                Duration.ofSeconds(number(value(given, Setting.LOGIN_PASSWORD_SECONDS), 0, MOST_PASSWORD_SECONDS)),
                level(value(given, Setting.LOG_LEVEL)));
    }

    private static Value value(Map<Setting, Value> given, Setting setting) {
        return given.getOrDefault(setting, new Value(setting.defaultText(), "default of " + setting.key()));
    }

    private static ConfigurationException bad(Value value, String reason) {
        return new ConfigurationException(value.place(), "'" + value.text() + "' " + reason);
    }

    private static String device(Value value) throws ConfigurationException {
        if (!value.text().matches("[a-z][a-z0-9-]*(:\\P{Cntrl}*)?")) {
            throw bad(value, "is no TCTI string, such as device:/dev/tpmrm0");
        }
        return value.text();
    }

    private static Path path(Value value) throws ConfigurationException {
        try {
            if (value.text().startsWith("/")) {
                return Path.of(value.text()).normalize();
            }
        } catch (InvalidPathException e) {
            throw bad(value, "is no path: " + e.getReason());
        }
        throw bad(value, "is no absolute path");
    }

    /** A private daemon with a socket of its own gets a record of its own. */
    private static Path runtimeDirectory(Map<Setting, Value> given) throws ConfigurationException {
        if (given.containsKey(Setting.SOCKET) && !given.containsKey(Setting.RUNTIME_DIRECTORY)) {
            return path(value(given, Setting.SOCKET)).resolve("..").normalize();
        }
        return path(value(given, Setting.RUNTIME_DIRECTORY));
    }

    /** A PCR that programs may reset keeps nothing shut, and one that login vaults have shuts them too. */
    private static Optional<Integer> door(Map<Setting, Value> given) throws ConfigurationException {
        Value door = value(given, Setting.DOOR_PCR);
        if (door.text().equals("off")) {
            return Optional.empty();
        }
        if (!door.text().matches("[0-9]{1,2}") || Integer.parseInt(door.text()) > LAST_DOOR_PCR) {
            throw bad(
                    door,
                    "is neither off nor a PCR from 0 to " + LAST_DOOR_PCR
                            + "; those above can be reset or not extended by programs");
        }
        int pcr = Integer.parseInt(door.text());
        if (pcrs(value(given, Setting.DEFAULT_PCRS)).pcrs().contains(pcr)) {
            throw bad(door, "is in " + Setting.DEFAULT_PCRS.key() + " too, which would shut login vaults as well");
        }
        return Optional.of(pcr);
    }

    /** Beside the socket of the clients, where everybody who has to know it looks for it. */
    private static Path cryptsetupSocket(Map<Setting, Value> given) throws ConfigurationException {
        return path(value(given, Setting.SOCKET)).resolveSibling("cryptsetup");
    }

    private static long number(Value value, long min, long max) throws ConfigurationException {
        if (value.text().matches("[0-9]{1,10}")) {
            long number = Long.parseLong(value.text());
            if (min <= number && number <= max) {
                return number;
            }
        }
        throw bad(value, "is no number from " + min + " to " + max);
    }

    private static UserRange users(Map<Setting, Value> given) throws ConfigurationException {
        long min = number(value(given, Setting.USER_UID_MIN), 1, MAX_UID);
        Value highest = value(given, Setting.USER_UID_MAX);
        long max = number(highest, 1, MAX_UID);
        if (max < min) {
            throw bad(highest, "is below " + Setting.USER_UID_MIN.key() + "=" + min);
        }
        return new UserRange(min, max);
    }

    private static PcrSelection pcrs(Value value) throws ConfigurationException {
        try {
            return PcrSelection.parse(value.text());
        } catch (KeyringException e) {
            throw new ConfigurationException(value.place(), e.sentence());
        }
    }

    private static System.Logger.Level level(Value value) throws ConfigurationException {
        return switch (value.text().toLowerCase(Locale.ROOT)) {
            case "error" -> System.Logger.Level.ERROR;
            case "warning" -> System.Logger.Level.WARNING;
            case "info" -> System.Logger.Level.INFO;
            case "debug" -> System.Logger.Level.DEBUG;
            default -> throw bad(value, "is none of error, warning, info and debug");
        };
    }
}
