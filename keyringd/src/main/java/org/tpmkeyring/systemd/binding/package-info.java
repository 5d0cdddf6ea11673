// SPDX-License-Identifier: Apache-2.0
/** libsystemd by JNA, without logic. */
package org.tpmkeyring.systemd.binding;
