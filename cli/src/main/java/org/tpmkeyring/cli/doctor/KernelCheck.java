// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.Optional;

/** Whether the kernel has what keys are for. What it lacks is a note: most machines need one target only. */
public final class KernelCheck {
    private KernelCheck() {}

    public static void run(Machine machine, Findings findings) {
        if (machine.read("proc/keys").isPresent()) {
            findings.ok("kernel-keys", "the kernel keeps keys");
        } else {
            findings.problem(
                    "kernel-keys",
                    "/proc/keys cannot be read, so the kernel keeps no keys or a sandbox hides them",
                    "grep CONFIG_KEYS= /boot/config-$(uname -r)");
        }
        ecryptfs(machine, findings);
        fscrypt(machine, findings);
    }

    private static void ecryptfs(Machine machine, Findings findings) {
        boolean loaded = hasWord(machine.read("proc/filesystems"), "ecryptfs");
        Optional<String> release = machine.read("proc/sys/kernel/osrelease");
        boolean module = release.flatMap(name -> machine.read("lib/modules/" + name + "/modules.dep"))
                .filter(text -> text.contains("/ecryptfs.ko"))
                .isPresent();
        if (loaded) {
            findings.ok("ecryptfs", "the kernel has eCryptfs");
        } else if (module) {
            findings.ok("ecryptfs", "the kernel has eCryptfs as a module, mount loads it");
        } else {
            findings.note("ecryptfs", "the kernel has no eCryptfs; ecryptfs keys can be kept here, but not used", null);
        }
    }

    private static void fscrypt(Machine machine, Findings findings) {
        boolean ext4 = machine.exists("sys/fs/ext4/features/encryption");
        boolean f2fs = machine.exists("sys/fs/f2fs/features/encryption");
        boolean ubifs = hasWord(machine.read("proc/filesystems"), "ubifs");
        if (ext4 || f2fs || ubifs) {
            findings.ok(
                    "fscrypt",
                    "fscrypt works on" + (ext4 ? " ext4" : "") + (f2fs ? " f2fs" : "") + (ubifs ? " ubifs" : ""));
        } else {
            findings.note(
                    "fscrypt",
                    "no file system that is loaded says it can encrypt; fscrypt keys need ext4 or f2fs with encryption",
                    "modprobe ext4; ls /sys/fs/ext4/features/encryption");
        }
    }

    private static boolean hasWord(Optional<String> text, String word) {
        for (String part : text.orElse("").split("\\s+", -1)) {
            if (part.equals(word)) {
                return true;
            }
        }
        return false;
    }
}
