// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.tpmkeyring.secret.SecretBuffer;

/** Where native types, secret bytes and the Java security framework may show up. */
@AnalyzeClasses(packages = "org.tpmkeyring", importOptions = ProductCode.class)
final class NativeAndSecretRulesTest {
    /** Adapters to native code; everybody else goes through {@code withBytes}. A name more needs a review. */
    private static final Set<String> MAY_TAKE_ADDRESSES = Set.of(
            "org.tpmkeyring.secret.SecretBuffer",
            "org.tpmkeyring.secret.Traces",
            "org.tpmkeyring.tpm.esys.NativeSecret",
            "org.tpmkeyring.tpm.esys.Sealing",
            "org.tpmkeyring.tpm.esys.StackSweep",
            "org.tpmkeyring.kernel.keyctl.Directory",
            "org.tpmkeyring.kernel.keyctl.Keyctl",
            "org.tpmkeyring.server.SocketStream");

    @ArchTest
    static final ArchRule onlyBindingsUseJna = noClasses()
            .that()
            .resideOutsideOfPackage("..binding..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule onlyTheServerUsesJnr = noClasses()
            .that()
            .resideOutsideOfPackages("org.tpmkeyring.server..", "org.tpmkeyring.systemd..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jnr..");

    /** A child would inherit variables such as LISTEN_PID and NOTIFY_SOCKET; this one gets none at all. */
    @ArchTest
    static final ArchRule onlyTheMakerOfUserRingsStartsPrograms = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.tpmkeyring.kernel.keyctl.UserRingMaker")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(ProcessBuilder.class.getName())
            .orShould()
            .callMethodWhere(JavaCalls.to(Runtime.class.getName(), "exec"));

    @ArchTest
    static final ArchRule bouncyCastleIsUsedThroughItsLightweightInterfaceOnly = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.bouncycastle.jce..", "org.bouncycastle.jcajce..");

    @ArchTest
    static final ArchRule nobodyRegistersASecurityProvider = noClasses()
            .should()
            .callMethodWhere(JavaCalls.to("java.security.Security", "addProvider", "insertProviderAt"));

    @ArchTest
    static final ArchRule nobodyMakesKeysOrCiphersOnTheHeap =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("javax.crypto..", "javax.security.auth..");

    @ArchTest
    static final ArchRule nobodyWritesToStandardStreams = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule secretsAreNoStringsOrArrays =
            noFields().that(areNamedLikeASecret()).should().haveRawType(holdsBytesOnTheHeap());

    @ArchTest
    static final ArchRule fieldsNamedKekAreKeksOrBuffers = fields().that()
            .haveName("kek")
            .should()
            .haveRawType(isAnyOf("org.tpmkeyring.vault.Kek", SecretBuffer.class.getName()));

    @ArchTest
    static final ArchRule onlyAdaptersTakeTheAddressOfASecret = noClasses()
            .that(areNotAdapters())
            .should()
            .callMethodWhere(JavaCalls.to(SecretBuffer.class.getName(), "unsafeAddress"));

    private static DescribedPredicate<JavaClass> areNotAdapters() {
        return DescribedPredicate.describe(
                "are not on the list of adapters", c -> !MAY_TAKE_ADDRESSES.contains(c.getName()));
    }

    private static DescribedPredicate<JavaField> areNamedLikeASecret() {
        return DescribedPredicate.describe("have a name with secret, passphrase or kek in it", field -> {
            String name = field.getName().toLowerCase(Locale.ROOT);
            return !field.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.STATIC)
                    && !name.equals("wrappedkek")
                    && Stream.of("secret", "passphrase", "kek").anyMatch(name::contains);
        });
    }

    private static DescribedPredicate<JavaClass> holdsBytesOnTheHeap() {
        return isAnyOf(
                "java.lang.String",
                "[B",
                "[C",
                "java.nio.ByteBuffer",
                "java.lang.StringBuilder",
                "org.tpmkeyring.protocol.value.Bytes");
    }

    private static DescribedPredicate<JavaClass> isAnyOf(String... names) {
        return DescribedPredicate.describe(
                "one of " + String.join(", ", names),
                c -> Stream.of(names).anyMatch(name -> c.getName().equals(name)));
    }
}
