// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.List;
import java.util.function.Function;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.PcrBank;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * Extends a PCR in every bank that has it, with one command, so that no bank is left behind. It is never sent twice:
 * where the answer is lost, nobody knows whether it was done.
 *
 * <p>Source: TPM 2.0 Library, part 3, 22.2 (TPM2_PCR_Extend); part 2, 10.9.5 (TPML_DIGEST_VALUES) and 10.3.2
 * (TPMT_HA).
 */
final class Extending {
    private static final String COMMAND = "TPM2_PCR_Extend";

    private final EsysConnection connection;

    Extending(EsysConnection connection) {
        this.connection = connection;
    }

    /**
     * @param digest of the event by bank
     */
    void extend(int pcr, Function<PcrBank, Bytes> digest) throws TpmException, TpmCodeException {
        List<PcrBank> banks = new Capabilities(connection)
                .allocatedPcrs().stream()
                        .filter(allocated -> allocated.pcrs().contains(pcr))
                        .map(PcrSelection::bank)
                        .toList();
        if (banks.isEmpty()) {
            throw new TpmException.NotSupported("PCR " + pcr, "this TPM keeps it in no bank");
        }
        CStruct digests = digests(banks, digest);
        try {
            connection.run(
                    COMMAND,
                    ctx -> Esys.Esys_PCR_Extend(
                            ctx, pcr, Esys.TR_PASSWORD, Esys.TR_NONE, Esys.TR_NONE, digests.address()));
        } catch (TpmCodeException e) {
            if (e.reaction() == Reaction.RECONNECT) {
                throw new TpmException.UnexpectedCode(
                        e.code().asLong(), COMMAND, "the connection broke before its answer came, " + e.meaning());
            }
            throw e;
        }
    }

    private static CStruct digests(List<PcrBank> banks, Function<PcrBank, Bytes> digest) throws TpmException {
        WireWriter wire = new WireWriter().u32(banks.size());
        banks.forEach(bank -> wire.u16(bank.algorithmId()).raw(digest.apply(bank)));
        try {
            return CStruct.of(Mu::Tss2_MU_TPML_DIGEST_VALUES_Unmarshal, wire.bytes());
        } catch (MalformedException e) {
            throw new TpmException.NotSupported(
                    "extending PCRs of banks "
                            + banks.stream().map(PcrBank::label).toList(),
                    "the tpm2-tss of this machine does not know all of them");
        }
    }
}
