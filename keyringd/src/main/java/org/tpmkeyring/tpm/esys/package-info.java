// SPDX-License-Identifier: Apache-2.0
/**
 * Adapter of the TPM port over tpm2-tss. Only {@link org.tpmkeyring.tpm.esys.EsysTpm} is meant for others.
 *
 * <p>Java writes and reads canonical TPM wire bytes; the library turns them into C structures in opaque memory.
 * May use {@code policy}, {@code secret}, {@code concurrent} and its own {@code binding}.
 */
package org.tpmkeyring.tpm.esys;
