// SPDX-License-Identifier: Apache-2.0
/** JNA bindings to what the process asks of the kernel for itself. */
package org.tpmkeyring.daemon.binding;
