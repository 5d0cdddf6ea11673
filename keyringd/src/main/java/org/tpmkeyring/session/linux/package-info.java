// SPDX-License-Identifier: Apache-2.0
/** The ports of {@code session} by pidfd_open(2) and by what systemd-logind writes below /run. */
package org.tpmkeyring.session.linux;
