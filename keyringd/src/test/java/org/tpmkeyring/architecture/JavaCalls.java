// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.List;

/** Predicates on calls. */
final class JavaCalls {
    private JavaCalls() {}

    /** A call of one of these methods, whatever its parameters. */
    static DescribedPredicate<JavaMethodCall> to(String owner, String... methods) {
        return DescribedPredicate.describe(
                "is to " + owner + " " + List.of(methods),
                call -> call.getTargetOwner().getName().equals(owner)
                        && List.of(methods).contains(call.getTarget().getName()));
    }
}
