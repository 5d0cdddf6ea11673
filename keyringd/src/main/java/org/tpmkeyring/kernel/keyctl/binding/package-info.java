// SPDX-License-Identifier: Apache-2.0
/**
 * JNA bindings to libkeyutils and to the C library's calls on identity and files: declarations and
 * constants, no logic. Pointers are {@code long}. Uses JNA alone.
 */
package org.tpmkeyring.kernel.keyctl.binding;
