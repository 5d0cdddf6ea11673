// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import org.tpmkeyring.protocol.api.Request;

/**
 * An authorised call.
 *
 * @param peerUid uid that connected, from the kernel
 * @param peerPid pid of the process that connected, from the kernel; 0 where it cannot be seen. It may be another
 *     process's once the caller does not wait for the answer any more
 * @param owner uid whose vaults the call is about; authorisation has settled that the peer may
 * @param request parameters
 * @param secrets way for secrets
 */
public record Call<Q extends Request>(long peerUid, int peerPid, long owner, Q request, SecretDialogue secrets) {
    public boolean byRoot() {
        return peerUid == 0;
    }
}
