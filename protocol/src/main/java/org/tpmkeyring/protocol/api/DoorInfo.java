// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/**
 * The door: the PCR that is extended at the end of boot, so that boot vaults stay shut until the next one.
 *
 * @param state how it is
 * @param pcr its PCR number; empty when there is no door
 * @param since when it was closed, or closing it was begun, seconds since the epoch; empty otherwise and when
 *     nobody knows any more
 */
public record DoorInfo(DoorState state, Optional<Integer> pcr, Optional<Long> since) {}
