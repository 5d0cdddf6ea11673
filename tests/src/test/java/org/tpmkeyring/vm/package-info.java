// SPDX-License-Identifier: Apache-2.0
/**
 * The tests in virtual machines: Debian with our package, booted with firmware, a software TPM and measured boot,
 * again and again with the state kept. The classes {@code Vm*IT} run under {@code ./verify --vm} alone;
 * {@code tests/vm/README.md} says how to run one of them.
 *
 * <p>The longest classes are the first and the last by their {@code @Order}: JUnit's threads begin at both ends and meet
 * among the short ones, and the first two prepare the machines of both releases at the same time.
 */
package org.tpmkeyring.vm;
