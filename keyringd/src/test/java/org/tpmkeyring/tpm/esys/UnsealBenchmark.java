// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.util.Arrays;
import java.util.Locale;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.testing.Secrets;
import org.tpmkeyring.tpm.SealedObject;

/**
 * What {@code tests/bench/esys-baseline.c} measures, through the adapter: arguments TCTI, number of runs and, if
 * wanted, of runs before. Prints one line of JSON with milliseconds.
 */
public final class UnsealBenchmark {
    private UnsealBenchmark() {}

    public static void main(String[] args) throws Exception {
        int runs = Integer.parseInt(args[1]);
        int before = args.length > 2 ? Integer.parseInt(args[2]) : 20;
        try (EsysTpm tpm = new EsysTpm(args[0]);
                SecretBuffer secret = Secrets.random(32)) {
            SealedObject sealed = tpm.seal(secret, tpm.readPcrs(PcrSelection.parse("7")));
            double first = unsealMillis(tpm, sealed);
            for (int i = 0; i < before; i++) {
                tpm.unseal(sealed).close();
            }
            double[] millis = new double[runs];
            for (int i = 0; i < runs; i++) {
                millis[i] = unsealMillis(tpm, sealed);
            }
            Arrays.sort(millis);
            System.out.printf(
                    Locale.ROOT,
                    "{\"program\":\"java\",\"runs\":%d,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"first_ms\":%.3f}%n",
                    runs,
                    millis[runs / 2],
                    millis[runs * 99 / 100],
                    millis[runs - 1],
                    first);
        }
    }

    private static double unsealMillis(EsysTpm tpm, SealedObject sealed) throws Exception {
        long start = System.nanoTime();
        tpm.unseal(sealed).close();
        return (System.nanoTime() - start) / 1e6;
    }
}
