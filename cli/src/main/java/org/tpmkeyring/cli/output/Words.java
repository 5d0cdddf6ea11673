// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.output;

import java.util.List;
import java.util.Locale;
import org.tpmkeyring.protocol.api.ProtectorInfo;
import org.tpmkeyring.protocol.api.ProtectorType;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultInfo;

/** The words for things that several commands show. */
public final class Words {
    private Words() {}

    /** An enum constant as JSON has it too. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code 1 key}, {@code 3 keys}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** Names in a row, {@code -} where there is none. */
    public static String list(List<String> names) {
        return names.isEmpty() ? "-" : String.join(" ", names);
    }

    /** Whether a vault's keys are in the kernel. */
    public static String state(VaultInfo vault) {
        if (vault.damage().isPresent()) {
            return "damaged";
        }
        if (vault.keys() == 0) {
            return "empty";
        }
        if (vault.delivered() == 0) {
            return vault.door() == VaultDoor.SHUT ? "shut" : "locked";
        }
        return vault.delivered() == vault.keys() ? "unlocked" : "partly";
    }

    /** {@code tpm2}, {@code tpm2+pin}, {@code recovery} or {@code passphrase}. */
    public static String kind(ProtectorInfo protector) {
        return of(protector.type()) + (protector.pin() ? "+pin" : "");
    }

    /** {@code tpm2-1 (7:sha256)}, {@code tpm2-1 (7:sha256+pin)} or {@code recovery-1}. */
    public static String protector(ProtectorInfo protector) {
        return protector.id()
                + protector
                        .pcrs()
                        .map(pcrs -> " (" + pcrs + (protector.pin() ? "+pin" : "") + ")")
                        .orElse("");
    }

    /** All protectors of a vault in a row. */
    public static String protectors(VaultInfo vault) {
        StringBuilder text = new StringBuilder();
        for (ProtectorInfo protector : vault.protectors()) {
            text.append(text.isEmpty() ? "" : ", ").append(protector(protector));
        }
        return text.isEmpty() ? "-" : text.toString();
    }

    /** Whether a vault has a protector of a type. */
    public static boolean has(VaultInfo vault, ProtectorType type) {
        for (ProtectorInfo protector : vault.protectors()) {
            if (protector.type() == type) {
                return true;
            }
        }
        return false;
    }

    /** {@code 3 d 4 h}, the two largest units. */
    public static String duration(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
        }
        return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
    }
}
