// SPDX-License-Identifier: Apache-2.0
/** How the machine was booted: a port, and what is read of the kernel and of systemd for it. Pure but for reading files. */
package org.tpmkeyring.boot;
