// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.tpmkeyring.policy.PcrEvent;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.When;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.vault.LoadedVault;
import org.tpmkeyring.vault.Vault;

/**
 * The door: a PCR that is extended at the end of boot, so that what is sealed to its value before is shut until the
 * next boot.
 *
 * <p>The value before, the open one, is recorded first, for sealings to come. Whether the door is closed is told by
 * the PCR itself wherever the TPM is asked anyway: a machine that dies between the record and the extension has an
 * open door and a record that does no harm. Only listings, which leave the TPM alone, go by the record.
 */
final class Door {
    /** What the PCR is extended with. */
    static final PcrEvent CLOSING = new PcrEvent("tpm-keyring: the door is closed");

    private final DoorRule rule;
    private final Optional<DoorRecords> records;
    private final Vaults vaults;
    private final Tpm tpm;
    private final InstantSource clock;
    private final AtomicInteger endsOfBoot = new AtomicInteger();

    /**
     * @param records empty where there is no door
     */
    Door(DoorRule rule, Optional<DoorRecords> records, Vaults vaults, Tpm tpm, InstantSource clock) {
        this.rule = rule;
        this.records = records;
        this.vaults = vaults;
        this.tpm = tpm;
        this.clock = clock;
    }

    DoorRule rule() {
        return rule;
    }

    /** As the record has it. */
    DoorInfo info() {
        if (records.isEmpty()) {
            return new DoorInfo(DoorState.OFF, Optional.empty(), Optional.empty());
        }
        Optional<DoorRecord> record = records.get().readIfPossible();
        DoorState state = record.map(found -> found.closed() ? DoorState.CLOSED : DoorState.INTERRUPTED)
                .orElse(DoorState.OPEN);
        return new DoorInfo(state, rule.pcr(), record.flatMap(DoorRecord::since));
    }

    /** What the door means for a vault, as the record has it. */
    VaultDoor of(Vault vault) {
        if (rule.pcr().isEmpty()
                || vault.when() != When.BOOT
                || Protectors.tpm(vault).isEmpty()) {
            return VaultDoor.NONE;
        }
        if (!rule.shuts(vault)) {
            return VaultDoor.REOPENABLE;
        }
        return info().state() == DoorState.CLOSED ? VaultDoor.SHUT : VaultDoor.OPEN;
    }

    /**
     * Values to seal to: those of now, but of the door's PCR, for a vault that is for boot, the open one.
     *
     * @throws KeyringException OPEN_STATE_UNKNOWN when the door is closed and nobody knows the open value any more
     */
    synchronized PcrValues sealingValues(PcrSelection pcrs, When when) throws TpmException {
        PcrValues now = tpm.readPcrs(pcrs);
        if (when != When.BOOT || !rule.isIn(pcrs)) {
            return now;
        }
        int pcr = rule.pcr().orElseThrow();
        SortedMap<Integer, Bytes> values = new TreeMap<>(now.byIndex());
        values.computeIfPresent(pcr, (index, current) -> openValue(pcrs.bank(), current));
        return new PcrValues(pcrs.bank(), values);
    }

    private Bytes openValue(PcrBank bank, Bytes current) {
        Optional<DoorRecord> record = records.orElseThrow().read();
        Optional<Bytes> open = record.map(found -> found.open().get(bank));
        if (open.isPresent()) {
            boolean extended = isExtended(bank, open.get(), current);
            return extended || (record.get().closed() && !current.equals(open.get())) ? open.get() : current;
        }
        if (record.isPresent() || looksClosed(bank, current)) {
            throw KeyringException.of(ErrorKind.OPEN_STATE_UNKNOWN)
                    .with("pcr", rule.pcr().orElseThrow())
                    .with("path", records.get().path())
                    .build();
        }
        return current;
    }

    /**
     * Extends the PCR unless that was done.
     *
     * @return whether it was done by this call
     * @throws KeyringException when the record cannot be written: nothing was extended then
     */
    synchronized boolean close() throws TpmException {
        DoorRecords file = records.orElseThrow();
        int pcr = rule.pcr().orElseThrow();
        Map<PcrBank, Bytes> now = read(pcr);
        Optional<DoorRecord> known = file.read();
        if (known.isPresent() && isClosed(known.get(), now)) {
            if (!known.get().closed()) {
                file.write(known.get().afterwards());
            }
            return false;
        }
        if (known.isEmpty() && looksClosed(now)) {
            file.write(file.begun(Optional.empty(), Map.of()).afterwards());
            return false;
        }
        DoorRecord begun = file.begun(Optional.of(clock.instant().getEpochSecond()), now);
        file.write(begun);
        extend(pcr, begun);
        file.write(begun.afterwards());
        return true;
    }

    /** The boot is over, whether or not there was a door to close: to be told before keys are taken away for that. */
    void bootIsOver() {
        endsOfBoot.incrementAndGet();
    }

    /** How often this daemon was told that the boot is over, for whoever wants to know whether it was meanwhile. */
    int endsOfBoot() {
        return endsOfBoot.get();
    }

    /** An answer may be lost on its way: what counts is the PCR. */
    private void extend(int pcr, DoorRecord begun) throws TpmException {
        try {
            tpm.extend(pcr, CLOSING.text());
        } catch (TpmException e) {
            if (!isClosedAfter(e, pcr, begun)) {
                throw e;
            }
        }
    }

    private boolean isClosedAfter(TpmException failure, int pcr, DoorRecord begun) {
        try {
            return isClosed(begun, read(pcr));
        } catch (TpmException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    private Map<PcrBank, Bytes> read(int pcr) throws TpmException {
        Map<PcrBank, Bytes> values = new EnumMap<>(PcrBank.class);
        for (PcrSelection allocated : tpm.allocatedPcrs()) {
            if (allocated.pcrs().contains(pcr)) {
                PcrSelection only = new PcrSelection(allocated.bank(), new TreeSet<>(java.util.Set.of(pcr)));
                values.put(allocated.bank(), tpm.readPcrs(only).byIndex().get(pcr));
            }
        }
        return values;
    }

    private boolean isClosed(DoorRecord record, Map<PcrBank, Bytes> now) {
        if (record.open().isEmpty()) {
            return looksClosed(now);
        }
        return record.open().entrySet().stream().allMatch(open -> {
            Bytes current = now.get(open.getKey());
            return current != null
                    && (isExtended(open.getKey(), open.getValue(), current)
                            || (record.closed() && !current.equals(open.getValue())));
        });
    }

    private boolean looksClosed(Map<PcrBank, Bytes> now) {
        return now.entrySet().stream().anyMatch(value -> looksClosed(value.getKey(), value.getValue()));
    }

    /** Without a record: the value before may have been that of a reset, or one that a vault is sealed to. */
    private boolean looksClosed(PcrBank bank, Bytes current) {
        Bytes reset = Bytes.copyOf(new byte[bank.digestBytes()]);
        return Stream.concat(Stream.of(reset), sealedTo(bank)).anyMatch(before -> isExtended(bank, before, current));
    }

    private Stream<Bytes> sealedTo(PcrBank bank) {
        int pcr = rule.pcr().orElseThrow();
        return vaults.owners().stream()
                .flatMap(owner -> vaults.sound(owner).stream())
                .map(LoadedVault::vault)
                .filter(rule::concerns)
                .flatMap(vault -> Protectors.tpm(vault).stream())
                .map(protector -> protector.sealed().values())
                .filter(values -> values.bank() == bank && values.byIndex().containsKey(pcr))
                .map(values -> values.byIndex().get(pcr));
    }

    private static boolean isExtended(PcrBank bank, Bytes before, Bytes now) {
        return CLOSING.extended(bank, before).filter(now::equals).isPresent();
    }

    /**
     * Whether nothing but the door keeps a sealing shut.
     *
     * @param now values of the same PCRs
     */
    boolean shuts(PcrValues sealed, PcrValues now) {
        if (!isClosed(sealed, now)) {
            return false;
        }
        int pcr = rule.pcr().orElseThrow();
        SortedMap<Integer, Bytes> others = new TreeMap<>(now.byIndex());
        others.put(pcr, sealed.byIndex().get(pcr));
        return others.equals(sealed.byIndex());
    }

    /**
     * The PCRs of a sealing, then and now; the door's own difference is told apart.
     *
     * @param now values of the same PCRs; empty when the TPM did not tell
     */
    PcrComparison compare(PcrValues sealed, Optional<PcrValues> now) {
        boolean closed = now.filter(values -> isClosed(sealed, values)).isPresent();
        return PcrComparison.of(sealed, now, closed ? rule.pcr() : Optional.empty(), rule::meaning);
    }

    /** Whether the door was closed since, whatever else has changed. */
    private boolean isClosed(PcrValues sealed, PcrValues now) {
        if (!rule.isIn(sealed.selection()) || !now.selection().equals(sealed.selection())) {
            return false;
        }
        Bytes open = sealed.byIndex().get(rule.pcr().orElseThrow());
        Bytes current = now.byIndex().get(rule.pcr().orElseThrow());
        return !current.equals(open) && (isExtended(sealed.bank(), open, current) || isRecorded(sealed.bank(), open));
    }

    private boolean isRecorded(PcrBank bank, Bytes open) {
        return records.flatMap(DoorRecords::readIfPossible)
                .filter(record -> record.closed() && open.equals(record.open().get(bank)))
                .isPresent();
    }

    /** A sealing with the door's PCR was opened: a record that says the door is closed is of before a TPM reset. */
    void wasOpen(PcrValues sealed) {
        if (rule.isIn(sealed.selection())
                && isRecorded(sealed.bank(), sealed.byIndex().get(rule.pcr().orElseThrow()))) {
            forgetUnlessClosed();
        }
    }

    private synchronized void forgetUnlessClosed() {
        DoorRecords file = records.orElseThrow();
        try {
            Map<PcrBank, Bytes> now = read(rule.pcr().orElseThrow());
            if (file.readIfPossible().filter(record -> !isClosed(record, now)).isPresent()) {
                file.delete();
            }
        } catch (TpmException e) {
            System.getLogger(Door.class.getName())
                    .log(System.Logger.Level.DEBUG, "whether the door is closed is not known", e);
        }
    }
}
