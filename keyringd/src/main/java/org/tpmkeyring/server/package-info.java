// SPDX-License-Identifier: Apache-2.0
/** The socket: accept, peer credentials, limits and deadlines, framing, dispatch. */
package org.tpmkeyring.server;
