// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.api.Check;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.SelfTestReport;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmProperty;
import org.tpmkeyring.tpm.TpmSnapshot;

/** The doctor's questions to the TPM. */
final class TpmChecks {
    private static final String DEVICE_TCTI = "device:";
    private static final int FIRST_OF_BOOT_LOADER = 8;
    private static final String SHOW_PCRS = "tpm-keyring tpm pcrs";

    private final Tpm tpm;
    private final ServiceSettings settings;

    TpmChecks(Tpm tpm, ServiceSettings settings) {
        this.tpm = tpm;
        this.settings = settings;
    }

    /**
     * Stops at the first question that the TPM does not answer.
     *
     * @param pins whether there is a vault with a PIN
     */
    List<Check> run(boolean pins) {
        List<Check> checks = new ArrayList<>();
        try {
            checks.add(selfTest());
            checks.add(kind());
            List<TpmProperty> properties = tpm.properties();
            checks.add(lockout(properties));
            if (pins) {
                checks.addAll(guessing(properties));
            }
            checks.add(clock(properties));
            checks.addAll(pcrs());
        } catch (TpmException e) {
            checks.add(Checks.problem("tpm", TpmRefusals.refusal(e).sentence(), adviceFor(e)));
        }
        return checks;
    }

    private Check selfTest() throws TpmException {
        SelfTestReport report = tpm.selfTest(false);
        TpmSnapshot seen = tpm.snapshot();
        String who = "the TPM at " + seen.device() + " (" + seen.detail() + ")";
        return report.passed()
                ? Checks.ok("tpm", who + " answers and found itself in order")
                : Checks.problem("tpm", who + " fails its self test: " + report.verdict(), "tpm-keyring tpm selftest");
    }

    private Check kind() {
        return tpm.snapshot().software()
                ? Checks.note("tpm-kind", "this TPM is a simulation: whoever reads its files has the keys")
                : Checks.ok("tpm-kind", "the TPM is hardware or firmware");
    }

    /** Whether the count of wrong PINs means anything. */
    private static List<Check> guessing(List<TpmProperty> properties) {
        return value(properties, "Lockout", "Lockout password set").startsWith("no")
                ? List.of(
                        Checks.note(
                                "tpm-lockout-password",
                                "the TPM has no lockout password: whoever may use it may also set its count of wrong PINs back"))
                : List.of();
    }

    /** Without a PIN nothing that we seal has dictionary-attack protection, so that a lockout shows nowhere else. */
    private Check lockout(List<TpmProperty> properties) {
        boolean told = value(properties, "Lockout", "In lockout").startsWith("yes");
        return told || tpm.snapshot().health() == TpmSnapshot.Health.LOCKOUT
                ? Checks.warning(
                        "tpm-lockout",
                        "the TPM is in dictionary-attack lockout after too many wrong authorisations",
                        "tpm-keyring tpm info")
                : Checks.ok("tpm-lockout", "the TPM is not in dictionary-attack lockout");
    }

    private static Check clock(List<TpmProperty> properties) {
        return value(properties, "Clock", "Clock is safe").startsWith("no")
                ? Checks.note("tpm-clock", "the TPM's clock may have been set back by a power cut")
                : Checks.ok("tpm-clock", "the TPM has not lost its clock");
    }

    private static String value(List<TpmProperty> properties, String section, String name) {
        return properties.stream()
                .filter(property ->
                        property.section().equals(section) && property.name().equals(name))
                .map(TpmProperty::value)
                .findFirst()
                .orElse("");
    }

    private List<Check> pcrs() throws TpmException {
        List<PcrSelection> allocated = tpm.allocatedPcrs();
        String banks = allocated.stream().map(pcrs -> pcrs.bank().label()).collect(Collectors.joining(", "));
        PcrSelection wanted = settings.defaultPcrs();
        boolean present = allocated.stream()
                .anyMatch(pcrs -> pcrs.bank() == wanted.bank() && pcrs.pcrs().containsAll(wanted.pcrs()));
        if (!present) {
            String finding = "the TPM has PCR banks " + banks + ", the default policy wants " + wanted;
            return List.of(Checks.problem("pcr-banks", finding, SHOW_PCRS));
        }
        List<Check> checks = new ArrayList<>();
        checks.add(Checks.ok("pcr-banks", "the TPM has PCR banks " + banks));
        checks.add(measured(wanted));
        for (PcrSelection bank : allocated) {
            if (bank.bank() != wanted.bank() && empty(bank)) {
                checks.add(Checks.note(
                        "pcr-bank-empty",
                        "bank " + bank.bank().label()
                                + " is kept, but nothing was measured into it: a policy on it would"
                                + " check nothing"));
            }
        }
        return checks;
    }

    /** Whether the firmware's PCRs still have their reset value. */
    private boolean empty(PcrSelection bank) throws TpmException {
        TreeSet<Integer> firmware = new TreeSet<>(bank.pcrs().headSet(FIRST_OF_BOOT_LOADER));
        return !firmware.isEmpty()
                && Measured.not(tpm.readPcrs(new PcrSelection(bank.bank(), firmware)))
                                .size()
                        == firmware.size();
    }

    private Check measured(PcrSelection wanted) throws TpmException {
        List<Integer> unmeasured = Measured.not(tpm.readPcrs(wanted));
        if (unmeasured.isEmpty()) {
            return Checks.ok("pcr-measured", "the PCRs of the default policy, " + wanted + ", have been extended");
        }
        String indexes = unmeasured.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String finding = "PCR " + indexes + " of " + wanted.bank().label()
                + " was never extended: firmware or boot loader does not measure, and a policy on it checks nothing";
        return Checks.warning("pcr-measured", finding, SHOW_PCRS);
    }

    private static String adviceFor(TpmException why) {
        if (why instanceof TpmException.Unavailable gone && gone.device().startsWith(DEVICE_TCTI)) {
            return "ls -l " + gone.device().substring(DEVICE_TCTI.length());
        }
        return "tpm-keyring status";
    }
}
