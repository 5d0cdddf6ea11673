// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm;

import org.tpmkeyring.protocol.value.Bytes;

/**
 * What TPM2_GetTestResult says (TPM 2.0 Library, part 3, 10.4).
 *
 * @param passed whether the TPM found itself in order
 * @param resultCode TPM_RC, 0 when passed
 * @param verdict one sentence
 * @param data manufacturer's data
 */
public record SelfTestReport(boolean passed, long resultCode, String verdict, Bytes data) {}
