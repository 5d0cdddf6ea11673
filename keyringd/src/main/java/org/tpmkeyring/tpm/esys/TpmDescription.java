// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmProperty;

/** All that the TPM says of itself, in sections in the order of reading. */
final class TpmDescription {
    private static final long VARIABLE_PROPERTIES = 0x200;
    private static final String NOT_MADE = "not made yet, the first sealing makes it";

    private final EsysConnection connection;
    private final Capabilities capabilities;
    private final List<TpmProperty> told = new ArrayList<>();

    TpmDescription(EsysConnection connection) {
        this.connection = connection;
        this.capabilities = new Capabilities(connection);
    }

    List<TpmProperty> describe() throws TpmException, TpmCodeException {
        Map<Long, Long> fixed = capabilities.properties(Identity.FIXED_PROPERTIES);
        Map<Long, Long> variable = capabilities.properties(VARIABLE_PROPERTIES);
        new Identity(fixed).tell(section("Identity"), section("Specification"));
        algorithms();
        banks();
        new Capacity(fixed, variable).tell(section("Capacity"));
        new LockoutState(variable).tell(section("Lockout"));
        new ClockReading(connection).tell(section("Clock"));
        storageRootKey();
        new EndorsementCertificates(connection).tell(section("Endorsement certificate"));
        return List.copyOf(told);
    }

    private BiConsumer<String, String> section(String section) {
        return (name, value) -> told.add(new TpmProperty(section, name, value));
    }

    private void algorithms() throws TpmException, TpmCodeException {
        BiConsumer<String, String> section = section("Algorithms");
        AlgorithmNames names = new AlgorithmNames(capabilities.algorithms());
        names.byKind().forEach(section);
        section.accept(
                "ECC curves",
                capabilities.eccCurves().stream().map(AlgorithmNames::curve).collect(Collectors.joining(", ")));
        section.accept(
                "Encrypted communication",
                names.hasAesCfb() ? "AES-128 in CFB mode" : "not possible, AES in CFB mode is missing");
    }

    private void banks() throws TpmException, TpmCodeException {
        BiConsumer<String, String> section = section("PCR banks");
        for (PcrSelection bank : capabilities.allocatedPcrs()) {
            section.accept(bank.bank().label(), ranges(bank));
        }
    }

    private static String ranges(PcrSelection bank) {
        int first = bank.pcrs().first();
        int last = bank.pcrs().last();
        boolean whole = bank.pcrs().size() == last - first + 1;
        return whole
                ? "PCRs " + first + " to " + last
                : "PCRs " + bank.pcrs().stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private void storageRootKey() throws TpmException, TpmCodeException {
        BiConsumer<String, String> section = section("Storage root key");
        section.accept("Handle", "0x" + Integer.toHexString(StorageRootKey.HANDLE));
        try {
            Optional<StorageRootKey> found = StorageRootKey.find(connection);
            if (found.isEmpty()) {
                section.accept("State", NOT_MADE);
                return;
            }
            try (StorageRootKey key = found.get()) {
                int type = key.key().publicArea().type();
                section.accept("State", "present, " + (type == PublicArea.ALG_ECC ? "ECC" : "RSA"));
                section.accept("Name", key.key().name().hex());
            }
        } catch (TpmException.NotSupported e) {
            section.accept("State", e.getMessage());
        }
    }
}
