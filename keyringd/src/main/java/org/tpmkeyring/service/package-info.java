// SPDX-License-Identifier: Apache-2.0
/**
 * The use cases: what each method of the interface does. Knows ports only; sockets, JSON and native code are
 * unknown here.
 */
package org.tpmkeyring.service;
