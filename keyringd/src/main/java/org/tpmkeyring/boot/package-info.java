// SPDX-License-Identifier: Apache-2.0
/** How the machine was booted: a port, and what is read of the kernel for it. Pure but for reading a file. */
package org.tpmkeyring.boot;
