// SPDX-License-Identifier: Apache-2.0
/** What the machine knows of the people who are logged in: ports to processes and to systemd-logind. */
package org.tpmkeyring.session;
