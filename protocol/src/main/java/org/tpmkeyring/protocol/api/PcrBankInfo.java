// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;

/**
 * One PCR bank of the TPM.
 *
 * @param bank label, such as {@code sha256}
 * @param pcrs its PCRs, ascending; empty when the bank is not allocated
 */
public record PcrBankInfo(String bank, List<PcrValue> pcrs) {}
