// SPDX-License-Identifier: Apache-2.0
/** JNA bindings to libc and libcrypto: declarations and constants, no logic. Pointers are {@code long}. */
package org.tpmkeyring.secret.binding;
