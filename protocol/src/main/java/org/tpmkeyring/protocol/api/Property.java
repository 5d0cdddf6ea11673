// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/**
 * One fact about the TPM.
 *
 * @param section heading it belongs under, such as {@code Identity}
 * @param name what it is, such as {@code Firmware version}
 * @param value its value as a person reads it
 */
public record Property(String section, String name, String value) {}
