// SPDX-License-Identifier: Apache-2.0
/** What a service says to systemd: readiness, and log lines that the journal understands. */
package org.tpmkeyring.systemd;
