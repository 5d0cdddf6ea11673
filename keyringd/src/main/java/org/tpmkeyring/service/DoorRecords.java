// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.store.RuntimeRecord;
import org.tpmkeyring.store.StoreException;

/** The door's record in its file. One of another boot, another TPM or another PCR counts as none. */
final class DoorRecords {
    private static final Logger LOG = System.getLogger(DoorRecords.class.getName());

    private final RuntimeRecord file;
    private final String boot;
    private final String device;
    private final int pcr;

    /**
     * @param boot id of this boot
     * @param device TCTI string
     */
    DoorRecords(RuntimeRecord file, String boot, String device, int pcr) {
        this.file = file;
        this.boot = boot;
        this.device = device;
        this.pcr = pcr;
    }

    /** Where it is, for messages. */
    String path() {
        return file.path();
    }

    /**
     * @throws KeyringException VAULT_UNSAFE_FILE when somebody else could have written it
     */
    Optional<DoorRecord> read() {
        try {
            return file.read()
                    .flatMap(DoorRecord::decode)
                    .filter(record ->
                            record.boot().equals(boot) && record.device().equals(device) && record.pcr() == pcr);
        } catch (StoreException e) {
            throw refusal(e);
        }
    }

    /** The same for listings, which a file that cannot be used does not keep from being made. */
    Optional<DoorRecord> readIfPossible() {
        try {
            return read();
        } catch (KeyringException e) {
            LOG.log(Level.WARNING, e.sentence());
            return Optional.empty();
        }
    }

    void write(DoorRecord record) {
        try {
            file.write(record.encode());
        } catch (StoreException e) {
            throw refusal(e);
        }
    }

    void delete() {
        try {
            file.delete();
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "the record of the door is out of date and cannot be deleted", e);
        }
    }

    /** A record that knows this boot, TPM and PCR. */
    DoorRecord begun(Optional<Long> since, Map<PcrBank, Bytes> open) {
        return new DoorRecord(boot, device, pcr, since, false, open);
    }

    private static KeyringException refusal(StoreException e) {
        if (e instanceof StoreException.Unsafe) {
            return KeyringException.of(ErrorKind.VAULT_UNSAFE_FILE)
                    .with("path", e.path())
                    .with("reason", e.getMessage())
                    .causedBy(e)
                    .build();
        }
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", e.path() + ": " + e.getMessage())
                .with("hint", "ls -ld " + e.path())
                .causedBy(e)
                .build();
    }
}
