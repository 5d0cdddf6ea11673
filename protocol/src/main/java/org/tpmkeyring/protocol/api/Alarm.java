// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/**
 * Something that should not happen on a machine that nobody tampers with.
 *
 * @param when seconds since the epoch
 * @param volume name of the volume's key
 * @param text one sentence
 */
public record Alarm(long when, String volume, String text) {}
