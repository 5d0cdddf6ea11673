// SPDX-License-Identifier: Apache-2.0
/**
 * Port to the TPM: what the rest of the daemon may ask of one. Domain types only; no native code. The
 * adapter over tpm2-tss is {@code tpm.esys}. May use {@code secret} and protocol values.
 */
package org.tpmkeyring.tpm;
