// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.api.VaultInfo;

/** Whether the units of the product, and those that use its keys, are as they should be. */
public final class UnitCheck {
    private static final String NAME = "units";
    private static final String CLOSE = "tpm-keyring-close.service";
    private static final List<String> AT_BOOT = List.of("tpm-keyring-boot.service", CLOSE);

    private UnitCheck() {}

    /**
     * @param units empty where systemd does not run or does not answer
     * @param consumers what uses our keys
     * @param bootEnd asked where the unit that closes the door did not run
     */
    public static void run(Optional<Units> units, Consumers consumers, BootEnd bootEnd, Findings findings) {
        if (units.isEmpty()) {
            findings.note(NAME, "systemd does not run here or does not answer, so no unit was looked at", null);
            return;
        }
        Findings trouble = new Findings();
        Units.OURS.forEach(id -> units.get().find(id).ifPresent(unit -> ours(unit, bootEnd, trouble)));
        consumers.volumes().forEach(volume -> units.get().ofVolume(volume).ifPresent(unit -> consumer(unit, trouble)));
        consumers.mounts().entries().forEach(entry -> units.get().of(entry).ifPresent(unit -> consumer(unit, trouble)));
        if (trouble.all().isEmpty()) {
            findings.ok(NAME, "the units are as they should be");
        }
        findings.addAll(trouble.all());
    }

    private static void ours(Unit unit, BootEnd bootEnd, Findings findings) {
        if (unit.masked()) {
            findings.warning(NAME, unit.id() + " is masked, so it never runs", "systemctl unmask " + unit.id());
        } else if (unit.failed()) {
            failed(unit, "systemctl status " + unit.id(), findings);
        } else if (unit.installed()
                && AT_BOOT.contains(unit.id())
                && unit.enabled().equals("disabled")) {
            findings.warning(NAME, unit.id() + " is not started at boot", "systemctl enable " + unit.id());
        } else if (unit.id().equals(CLOSE) && idle(unit)) {
            bootEnd.leftOpen().ifPresent(vault -> leftOpen(vault, findings));
        } else if (unit.id().equals("keyringd.socket") && idle(unit)) {
            findings.warning(
                    NAME, unit.id() + " does not listen, so nobody starts keyringd", "systemctl start " + unit.id());
        }
    }

    private static boolean idle(Unit unit) {
        return unit.installed() && unit.active().equals("inactive");
    }

    private static void leftOpen(VaultInfo vault, Findings findings) {
        findings.warning(
                NAME,
                CLOSE + " has not run since the boot, so the door is open and the TPM still opens vault '"
                        + vault.name() + "'" + (vault.owner() == 0 ? "" : " of uid " + vault.owner()),
                "systemctl start " + CLOSE);
    }

    private static void consumer(Unit unit, Findings findings) {
        if (unit.failed()) {
            failed(unit, "systemctl status '" + unit.id() + "'", findings);
        }
    }

    private static void failed(Unit unit, String advice, Findings findings) {
        String why = unit.result().isEmpty() || unit.result().equals("success") ? "" : " (" + unit.result() + ")";
        findings.problem(NAME, unit.id() + " has failed" + why, advice);
    }
}
