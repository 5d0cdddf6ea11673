// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.List;
import org.tpmkeyring.protocol.api.Property;
import org.tpmkeyring.protocol.api.TpmInfo;
import org.tpmkeyring.tpm.Tpm;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.TpmSnapshot;

/** Tells what the TPM is. */
final class TpmInfoCase implements Handler<TpmInfo.Request, TpmInfo.Reply> {
    private final Tpm tpm;

    TpmInfoCase(Tpm tpm) {
        this.tpm = tpm;
    }

    @Override
    public TpmInfo.Reply handle(Call<TpmInfo.Request> call) {
        try {
            List<Property> properties = tpm.properties().stream()
                    .map(property -> new Property(property.section(), property.name(), property.value()))
                    .toList();
            TpmSnapshot seen = tpm.snapshot();
            return new TpmInfo.Reply(seen.device(), seen.software(), properties);
        } catch (TpmException e) {
            throw TpmRefusals.refusal(e);
        }
    }
}
