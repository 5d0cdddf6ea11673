// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.tests.VaultFile;

/** What the TPM protector of a guest's vault file holds, in the hands of a guest's root with tpm2-tools. */
final class SealedBlob {
    private final Guest guest;
    private final Map<?, ?> protector;

    /** Reads it out of the newest file of a vault of root. */
    SealedBlob(Guest guest, String vault) throws IOException {
        this.guest = guest;
        byte[] file = Base64.getDecoder()
                .decode(guest.must("base64 -w 0 $(grep -l '\"" + vault
                        + "\"' /var/lib/tpm-keyring/vaults/0/*.vault | head -n 1)"));
        protector = VaultFile.tpmProtector(file);
    }

    /** How tpm2_unseal ends when the PCRs of the vault's policy are proved as they are now. */
    Answer unseal() throws IOException {
        return guest.run("""
                set -e
                mkdir -p /run/blob
                cd /run/blob
                echo %s | base64 -d >public
                echo %s | base64 -d >private
                export TPM2TOOLS_TCTI=device:/dev/tpmrm0
                tpm2_load -Q -C 0x81000001 -u public -r private -c object
                tpm2_unseal -c object -p pcr:%s
                """.formatted(protector.get("public"), protector.get("private"), selection()));
    }

    private String selection() {
        List<Integer> pcrs = ((Map<?, ?>) protector.get("pcrs"))
                .keySet().stream()
                        .map(pcr -> Integer.valueOf((String) pcr))
                        .sorted()
                        .toList();
        return protector.get("bank") + ":" + pcrs.toString().replaceAll("[\\[\\] ]", "");
    }
}
