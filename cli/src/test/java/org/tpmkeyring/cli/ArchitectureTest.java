// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@AnalyzeClasses(packages = "org.tpmkeyring.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule dependsOnTheProtocolAndOnNothingNative = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "org.tpmkeyring.cli..",
                    "org.tpmkeyring.protocol..",
                    "picocli..",
                    "io.nayuki.qrcodegen..",
                    "java..",
                    "jdk.net..");

    @ArchTest
    static final ArchRule theClientKnowsNoCommands = noClasses()
            .that()
            .resideInAnyPackage("..client..", "..secret..", "..terminal..", "..output..", "..doctor..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..command..", "..option..", "picocli..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles = SlicesRuleDefinition.slices()
            .matching("org.tpmkeyring.cli.(*)..")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule secretsAreNeverStrings = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage("..secret..", "..dialogue..")
            .and()
            .haveNameNotMatching("toString|reason|capital|upAndClear")
            .should()
            .haveRawReturnType(String.class);

    @ArchTest
    static final ArchRule secretsAreNeverDecoded = noClasses()
            .that()
            .resideInAnyPackage("..secret..", "..dialogue..", "..client..")
            .should()
            .callMethod(java.nio.charset.Charset.class, "decode", java.nio.ByteBuffer.class)
            .orShould()
            .callMethod(java.nio.ByteBuffer.class, "array")
            .orShould()
            .callMethod(java.nio.ByteBuffer.class, "allocate", int.class);

    @ArchTest
    static final ArchRule onlyMainEndsTheProcess = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.tpmkeyring.cli.Main")
            .should()
            .callMethod(System.class, "exit", int.class);
}
