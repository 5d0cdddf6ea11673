// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.tpmkeyring.testing.Swtpm;

/** A sealed object out of a vault file, loaded by tpm2-tools from its wire bytes. */
final class LoadedBlob implements AutoCloseable {
    private static final String STORAGE_ROOT_KEY = "0x81000001";

    private final Swtpm tpm;
    private final Path folder;

    /**
     * @param sealed members {@code public} and {@code private} of a TPM protector
     */
    LoadedBlob(Swtpm tpm, Map<?, ?> sealed) throws IOException {
        this.tpm = tpm;
        this.folder = Files.createTempDirectory("blob-");
        Files.write(folder.resolve("public"), Base64.getDecoder().decode((String) sealed.get("public")));
        Files.write(folder.resolve("private"), Base64.getDecoder().decode((String) sealed.get("private")));
        tpm.tool("tpm2_flushcontext", "-t");
        tpm.tool(
                "tpm2_load", "-C", STORAGE_ROOT_KEY, "-u", path("public"), "-r", path("private"), "-c", path("object"));
        tpm.tool("tpm2_flushcontext", "-t");
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    /** What tpm2_unseal says when the PCRs are proved. */
    Outcome unseal(String pcrs) throws IOException {
        tpm.tool("tpm2_startauthsession", "--policy-session", "-S", path("session"));
        try {
            tpm.tool("tpm2_policypcr", "-S", path("session"), "-l", "sha256:" + pcrs);
            return unsealWith("-p", "session:" + path("session"));
        } finally {
            tpm.tool("tpm2_flushcontext", path("session"));
        }
    }

    /** What it says when nothing is proved and the password is empty. */
    Outcome unsealWithEmptyPassword() throws IOException {
        return unsealWith();
    }

    private Outcome unsealWith(String... authorisation) throws IOException {
        try {
            return Program.of("tpm2_unseal", "-c", path("object"))
                    .with(authorisation)
                    .env("TPM2TOOLS_TCTI", tpm.tcti())
                    .run();
        } finally {
            tpm.tool("tpm2_flushcontext", "-t");
        }
    }

    @Override
    public void close() throws IOException {
        Folder.delete(folder);
    }
}
