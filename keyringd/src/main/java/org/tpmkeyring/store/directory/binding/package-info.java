// SPDX-License-Identifier: Apache-2.0
/** JNA binding to the file functions of libc: declarations and constants, no logic. Files are {@code int}. */
package org.tpmkeyring.store.directory.binding;
