// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.policy.PcrMeaning;
import org.tpmkeyring.protocol.api.PcrBankInfo;
import org.tpmkeyring.protocol.api.PcrValue;
import org.tpmkeyring.protocol.api.TpmPcrs;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.tpm.PcrValues;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;

/** Reads the PCRs, all or a selection. */
final class TpmPcrsCase implements Handler<TpmPcrs.Request, TpmPcrs.Reply> {
    private final Tpm tpm;

    TpmPcrsCase(Tpm tpm) {
        this.tpm = tpm;
    }

    @Override
    public TpmPcrs.Reply handle(Call<TpmPcrs.Request> call) {
        Optional<PcrSelection> wanted = call.request().selection().map(PcrSelection::parse);
        try {
            List<PcrBankInfo> banks = new ArrayList<>();
            for (PcrSelection bank : wanted.isPresent() ? List.of(wanted.get()) : tpm.allocatedPcrs()) {
                banks.add(info(tpm.readPcrs(bank)));
            }
            return new TpmPcrs.Reply(banks);
        } catch (TpmException e) {
            throw TpmRefusals.refusal(e);
        }
    }

    private static PcrBankInfo info(PcrValues values) {
        List<PcrValue> pcrs = values.byIndex().entrySet().stream()
                .map(pcr -> new PcrValue(pcr.getKey(), pcr.getValue().hex(), PcrMeaning.of(pcr.getKey())))
                .toList();
        return new PcrBankInfo(values.bank().label(), pcrs);
    }
}
