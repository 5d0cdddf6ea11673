// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * Looks for copies of a secret in all memory of this process. Another process does so, told no more than where
 * the secret is: whoever searched in this one would make copies while searching.
 */
public final class MemoryScan {
    private static final String SCRIPT = """
            import sys
            pid, address, size = (int(a) for a in sys.argv[1:])
            memory = open(f'/proc/{pid}/mem', 'rb', 0)
            memory.seek(address)
            marker = memory.read(size)
            for line in open(f'/proc/{pid}/maps'):
                fields = line.split(None, 5)
                start, end = (int(x, 16) for x in fields[0].split('-'))
                name = fields[5].strip() if len(fields) > 5 else 'anonymous'
                if 'r' not in fields[1] or name in ('[vvar]', '[vsyscall]'):
                    continue
                for page in range(start, end, 1 << 20):
                    try:
                        memory.seek(page)
                        found = memory.read(min(end - page, (1 << 20) + size - 1))
                    except OSError:
                        continue
                    at = found.find(marker)
                    while at >= 0 and at < 1 << 20:
                        print(f'{page + at:x} {name} {start:x}-{end:x}')
                        at = found.find(marker, at + 1)
            """;

    private MemoryScan() {}

    /** One line for each place where all these bytes are, that of the secret itself among them. */
    public static List<String> copiesOf(SecretBuffer secret) throws IOException {
        Requires.command("python3");
        Process scan = new ProcessBuilder(
                        "python3",
                        "-c",
                        SCRIPT,
                        String.valueOf(ProcessHandle.current().pid()),
                        String.valueOf(secret.unsafeAddress()),
                        String.valueOf(secret.size()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(scan.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        try {
            if (scan.waitFor() != 0) {
                throw new IOException("the memory could not be searched");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output.lines().toList();
    }
}
