// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Adds to every failure what the guest's console and journal said last. */
final class TellsTrouble implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw told(failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw told(failure);
    }

    private static Throwable told(Throwable failure) {
        Guest guest = Guest.latest();
        return guest == null ? failure : new AssertionError(failure.getMessage() + "\n" + guest.trouble(), failure);
    }
}
