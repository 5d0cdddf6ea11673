// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tpmkeyring.protocol.value.TargetType;

/** Whether the kernel has what the targets in use need. */
public final class ModuleCheck {
    private static final Map<TargetType, String> MODULES = new EnumMap<>(Map.of(
            TargetType.LUKS, "dm-crypt",
            TargetType.DM_CRYPT, "dm-crypt",
            TargetType.ECRYPTFS, "ecryptfs",
            TargetType.ZFS, "zfs",
            TargetType.BCACHEFS, "bcachefs"));

    private ModuleCheck() {}

    /**
     * @param targets of the keys that there are
     */
    public static void run(Machine machine, Set<TargetType> targets, Findings findings) {
        MODULES.forEach((target, module) -> {
            if (targets.contains(target) && !has(machine, module)) {
                findings.warning(
                        "kernel-modules",
                        "there are keys of target "
                                + target.name()
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .replace('_', '-') + ", but this kernel has no " + module,
                        "modprobe " + module);
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
