// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.util.Arrays;
import java.util.Optional;

/** The keys of the configuration file, with their defaults. */
enum Setting {
    TPM2_DEVICE("TPM2Device", "device:/dev/tpmrm0"),
    STATE_DIRECTORY("StateDirectory", "/var/lib/tpm-keyring"),
    SOCKET("Socket", "/run/tpm-keyring/org.tpmkeyring"),
    RUNTIME_DIRECTORY("RuntimeDirectory", "/run/tpm-keyring"),
    MAX_VAULTS_PER_USER("MaxVaultsPerUser", "16"),
    USER_UID_MIN("UserUidMin", "1000"),
    USER_UID_MAX("UserUidMax", "60000"),
    DEFAULT_PCRS("DefaultPCRs", "7"),
    DOOR_PCR("DoorPCR", "15"),
    LOGIN_PASSWORD_SECONDS("LoginPasswordSeconds", "120"),
    LOG_LEVEL("LogLevel", "info");

    private final String key;
    private final String defaultText;

    Setting(String key, String defaultText) {
        this.key = key;
        this.defaultText = defaultText;
    }

    /** As it is written in the file. */
    String key() {
        return key;
    }

    String defaultText() {
        return defaultText;
    }

    static Optional<Setting> byKey(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }
}
