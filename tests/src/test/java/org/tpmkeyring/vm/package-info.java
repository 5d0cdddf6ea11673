// SPDX-License-Identifier: Apache-2.0
/**
 * The tests in virtual machines: Debian with our package, booted with firmware, a software TPM and measured boot,
 * again and again with the state kept. The classes {@code Vm*IT} run under {@code ./verify --vm} alone;
 * {@code tests/vm/README.md} says how to run one of them.
 *
 * <p>By their {@code @Order} the classes leave no processor idle at the end: JUnit's threads take them from both ends, the
 * longest first, and the first two prepare the machines of both releases at the same time.
 */
package org.tpmkeyring.vm;
