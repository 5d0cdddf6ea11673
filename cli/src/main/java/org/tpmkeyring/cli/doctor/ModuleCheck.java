// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tpmkeyring.cli.output.Words;
import org.tpmkeyring.protocol.value.TargetType;

/** Whether the kernel has what the targets in use need. */
public final class ModuleCheck {
    private static final Missing OF_KERNEL = new Missing(
            "; the one of Debian's linux-image has, that of its cloud images may not",
            "apt-get install linux-image-$(dpkg --print-architecture)");

    private static final Map<TargetType, Module> MODULES = new EnumMap<>(Map.of(
            TargetType.LUKS, new Module("dm-crypt", OF_KERNEL),
            TargetType.DM_CRYPT, new Module("dm-crypt", OF_KERNEL),
            TargetType.ECRYPTFS, new Module("ecryptfs", OF_KERNEL),
            TargetType.ZFS,
                    new Module(
                            "zfs",
                            new Missing(
                                    "; Debian's zfs-dkms, of section contrib, builds it",
                                    "apt-get install linux-headers-$(uname -r) zfs-dkms zfsutils-linux")),
            TargetType.BCACHEFS, new Module("bcachefs", new Missing("", "apt-cache search bcachefs"))));

    private ModuleCheck() {}

    /** A module, and what to do without it. */
    private record Module(String name, Missing missing) {}

    /**
     * What to do without a module.
     *
     * @param where what has it, to be added to the finding
     */
    private record Missing(String where, String advice) {}

    /**
     * @param targets of the keys that there are
     */
    public static void run(Machine machine, Set<TargetType> targets, Findings findings) {
        MODULES.forEach((target, module) -> {
            if (targets.contains(target) && !has(machine, module.name())) {
                findings.warning(
                        "kernel-modules",
                        "there are keys of target " + Words.of(target) + ", but this kernel has no " + module.name()
                                + module.missing().where(),
                        module.missing().advice());
            }
        });
    }

    private static boolean has(Machine machine, String module) {
        Optional<String> release = machine.read("proc/sys/kernel/osrelease");
        String file = "/" + module + ".ko";
        return machine.exists("sys/module/" + module.replace('-', '_'))
                || machine.read("proc/filesystems").orElse("").matches("(?s).*\\b" + module + "\\b.*")
                || release.flatMap(name -> machine.read("lib/modules/" + name + "/modules.dep"))
                        .filter(text -> text.contains(file))
                        .isPresent()
                || release.flatMap(name -> machine.read("lib/modules/" + name + "/modules.builtin"))
                        .filter(text -> text.contains(file))
                        .isPresent();
    }
}
