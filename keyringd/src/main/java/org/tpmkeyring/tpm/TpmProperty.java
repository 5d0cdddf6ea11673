// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm;

/**
 * One fact that the TPM tells about itself.
 *
 * @param section heading, such as {@code Identity}
 * @param name what, such as {@code Firmware version}
 * @param value as a person reads it
 */
public record TpmProperty(String section, String name, String value) {}
