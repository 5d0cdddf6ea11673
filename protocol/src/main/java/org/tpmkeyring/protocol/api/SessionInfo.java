// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.Optional;

/**
 * A session that keeps its owner's login vaults unlocked.
 *
 * @param owner uid of who logged in
 * @param process pid of the process that opened it
 * @param service PAM service, such as sshd
 * @param login id of the session at systemd-logind; empty where it has none
 * @param since when it was opened, seconds since the epoch
 */
public record SessionInfo(long owner, long process, String service, Optional<String> login, long since) {}
