// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.policy;

import java.util.List;
import java.util.Optional;

/**
 * What a PCR measures on a PC, in plain words.
 *
 * <p>Source: TCG PC Client Platform Firmware Profile, 3.3.4 (PCRs 0 to 7, 16 to 23); UAPI group, Linux TPM PCR
 * Registry (PCRs 8 to 15); the names are those that systemd uses.
 *
 * @param pcr 0 to 23
 * @param name one word, empty where nobody has given one
 * @param measures what the value stands for, and so what changes it; no full stop
 * @param resettable whether programs may set it back to its reset value at any time
 */
public record PcrMeaning(int pcr, String name, String measures, boolean resettable) {
    private static final String DYNAMIC = "a dynamic launch (Intel TXT, AMD SKINIT): ";

    private static final List<PcrMeaning> ALL = List.of(
            fixed(0, "platform-code", "the firmware's code; changes with firmware updates"),
            fixed(
                    1,
                    "platform-config",
                    "the firmware's settings and the machine's parts; changes with setup and hardware"),
            fixed(2, "external-code", "the code of add-in cards' option ROMs; changes with cards and their firmware"),
            fixed(3, "external-config", "the settings of add-in cards"),
            fixed(4, "boot-loader-code", "the boot loader and what else firmware started; changes with its updates"),
            fixed(5, "boot-loader-config", "the partition table and boot manager settings"),
            fixed(6, "host-platform", "what the machine's maker chose; often nothing but how it was woken"),
            fixed(7, "secure-boot-policy", "whether Secure Boot is on, and its keys and revocation lists"),
            fixed(8, "boot-loader-commands", "GRUB: its commands and the kernel's command line"),
            fixed(9, "kernel-initrd", "the initrd; with GRUB every file that it read"),
            fixed(10, "ima", "each file that the kernel's IMA measured; different at every boot"),
            fixed(
                    11,
                    "kernel-boot",
                    "the unified kernel image and the phases of booting it (systemd-stub, systemd-pcrphase)"),
            fixed(12, "kernel-config", "the kernel's command line and credentials, where systemd-stub was used"),
            fixed(13, "sysexts", "system extension images, where systemd-stub was used"),
            fixed(14, "shim-policy", "the machine owner's keys (MOK) that shim trusts"),
            fixed(15, "system-identity", "the root volume's key, the machine id and other marks of this system"),
            new PcrMeaning(16, "debug", "nothing; programs may extend and reset it", true),
            dynamic(17, "the launched environment and its policy"),
            dynamic(18, "who signed the launched environment"),
            dynamic(19, "what the launched environment started"),
            dynamic(20, "what the launched environment measured besides"),
            dynamic(21, "left to the launched system"),
            dynamic(22, "left to the launched system"),
            new PcrMeaning(
                    23, "application-support", "whatever applications want; programs may extend and reset it", true));

    private static PcrMeaning fixed(int pcr, String name, String measures) {
        return new PcrMeaning(pcr, name, measures, false);
    }

    private static PcrMeaning dynamic(int pcr, String measures) {
        return new PcrMeaning(pcr, "", DYNAMIC + measures, false);
    }

    /**
     * What it measures, in words, for a list beside its value.
     *
     * @param pcr 0 to 23
     */
    public static String of(int pcr) {
        return entry(pcr).measures();
    }

    /**
     * All that is known of it.
     *
     * @param pcr 0 to 23
     */
    public static PcrMeaning entry(int pcr) {
        return ALL.get(pcr);
    }

    /** The PCR that systemd calls by this name. */
    public static Optional<PcrMeaning> byName(String name) {
        return ALL.stream()
                .filter(meaning -> !name.isEmpty() && meaning.name().equals(name))
                .findFirst();
    }
}
