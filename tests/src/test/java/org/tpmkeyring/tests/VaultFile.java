// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/** What a vault file says, see docs/vault-format.md. */
public final class VaultFile {
    private VaultFile() {}

    /**
     * Its TPM protector, with the sealed object as its two parts in base64.
     *
     * @throws IOException when it has none
     */
    public static Map<?, ?> tpmProtector(byte[] file) throws IOException {
        int body = 1;
        while (file[body - 1] != '\n') {
            body++;
        }
        try {
            Map<String, Object> vault = Json.parse(Arrays.copyOfRange(file, body, file.length));
            for (Object protector : (List<?>) vault.get("protectors")) {
                if (((Map<?, ?>) protector).get("type").equals("tpm2")) {
                    return (Map<?, ?>) protector;
                }
            }
            throw new IOException("the vault has no TPM protector");
        } catch (MalformedMessageException e) {
            throw new IOException(e);
        }
    }
}
