// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.TpmException;

/**
 * The certificates that a manufacturer leaves in the TPM for its endorsement keys.
 *
 * <p>Source: TCG EK Credential Profile for TPM Family 2.0, 2.2.1.4 (NV indexes).
 */
final class EndorsementCertificates {
    private static final Map<Integer, String> INDEXES =
            new TreeMap<>(Map.of(0x01C0_0002, "RSA 2048", 0x01C0_000A, "ECC P-256"));

    private final EsysConnection connection;

    EndorsementCertificates(EsysConnection connection) {
        this.connection = connection;
    }

    void tell(BiConsumer<String, String> section) throws TpmException, TpmCodeException {
        for (Map.Entry<Integer, String> index : INDEXES.entrySet()) {
            Optional<Bytes> contents = new NvIndex(connection, index.getKey()).read();
            if (contents.isEmpty()) {
                section.accept(index.getValue(), "not present");
            } else {
                new EndorsementCertificate(contents.get())
                        .tell((name, value) -> section.accept(index.getValue() + " " + name, value));
            }
        }
    }
}
