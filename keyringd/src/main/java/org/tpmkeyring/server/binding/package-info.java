// SPDX-License-Identifier: Apache-2.0
/** JNA bindings to the socket calls that must not copy through the Java heap. Addresses are {@code long}. */
package org.tpmkeyring.server.binding;
