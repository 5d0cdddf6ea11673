// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys;

import java.time.Duration;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.tpm.TpmException;
import org.tpmkeyring.tpm.esys.WireReader.MalformedException;
import org.tpmkeyring.tpm.esys.binding.Esys;
import org.tpmkeyring.tpm.esys.binding.Mu;

/**
 * The TPM's clock and its counts of resets: a reset count that grows while the machine stays up means that
 * somebody reset the TPM alone.
 *
 * <p>Source: TPM 2.0 Library, part 3, 29.1 (TPM2_ReadClock); part 2, 10.11.6 (TPMS_TIME_INFO).
 */
final class ClockReading {
    private final EsysConnection connection;

    ClockReading(EsysConnection connection) {
        this.connection = connection;
    }

    void tell(BiConsumer<String, String> section) throws TpmException, TpmCodeException {
        Out time = new Out(Mu::Tss2_MU_TPMS_TIME_INFO_Marshal);
        int none = Esys.TR_NONE;
        connection.run("TPM2_ReadClock", ctx -> Esys.Esys_ReadClock(ctx, none, none, none, time.pointer()));
        Bytes wire = time.take();
        try {
            WireReader in = new WireReader(wire);
            section.accept("Powered for", duration(in.u64()));
            section.accept("Clock", duration(in.u64()));
            section.accept("Reset count", String.valueOf(in.u32()));
            section.accept("Restart count", String.valueOf(in.u32()));
            section.accept("Clock is safe", in.u8() != 0 ? "yes" : "no, it may have been set back by a power cut");
        } catch (MalformedException e) {
            throw new TpmException.UnexpectedCode(0, "TPM2_ReadClock", "the answer is malformed, " + e.getMessage());
        }
    }

    private static String duration(long millis) {
        Duration time = Duration.ofMillis(millis);
        return String.format(
                Locale.ROOT,
                "%d d %02d:%02d:%02d",
                time.toDays(),
                time.toHoursPart(),
                time.toMinutesPart(),
                time.toSecondsPart());
    }
}
