// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The arrows of the design: server → service → {vault, policy, target} → {tpm, kernel, store, secret, key,
 * audit, boot, concurrent}; adapters are known to {@code daemon} alone; native types stay in {@code binding}.
 */
@AnalyzeClasses(packages = "org.tpmkeyring", importOptions = ProductCode.class)
final class ArchitectureTest {
    private static final String ROOT = "org.tpmkeyring.";
    private static final String[] JDK_AND_PROTOCOL = {"java..", ROOT + "protocol.."};

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("org.tpmkeyring.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule protocolKnowsTheJdkAndItsJsonParserOnly = onlyUses("protocol..", "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule keysArePureData = onlyUses("key..");

    @ArchTest
    static final ArchRule concurrencyIsPure = onlyUses("concurrent..");

    @ArchTest
    static final ArchRule auditIsPure = onlyUses("audit..");

    @ArchTest
    static final ArchRule bootIsPure = onlyUses("boot..");

    @ArchTest
    static final ArchRule authorisationIsPure = onlyUses("authz..");

    @ArchTest
    static final ArchRule secretsKnowNothingElse = onlyUses("secret..", ROOT + "concurrent..", "com.sun.jna..");

    @ArchTest
    static final ArchRule storePortKnowsNothingElse = onlyUses("store");

    @ArchTest
    static final ArchRule tpmPortKnowsSecretsOnly = onlyUses("tpm", ROOT + "secret");

    @ArchTest
    static final ArchRule kernelPortKnowsSecretsOnly = onlyUses("kernel", ROOT + "secret");

    @ArchTest
    static final ArchRule sessionPortKnowsNothingElse = onlyUses("session");

    @ArchTest
    static final ArchRule policyIsPure = onlyUses("policy..", ROOT + "tpm");

    @ArchTest
    static final ArchRule vaultKnowsPortsOnly =
            onlyUses("vault..", ROOT + "tpm", ROOT + "store", ROOT + "secret", ROOT + "key", "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule targetKnowsPortsOnly =
            onlyUses("target..", ROOT + "kernel", ROOT + "secret", ROOT + "key", "org.bouncycastle.crypto..");

    @ArchTest
    static final ArchRule serviceKnowsPortsOnly = onlyUses(
            "service..",
            ROOT + "vault",
            ROOT + "policy",
            ROOT + "target",
            ROOT + "tpm",
            ROOT + "kernel",
            ROOT + "store",
            ROOT + "secret",
            ROOT + "key",
            ROOT + "audit",
            ROOT + "boot",
            ROOT + "session",
            ROOT + "concurrent");

    @ArchTest
    static final ArchRule serverKnowsServiceAndAuthorisation = onlyUses(
            "server..",
            ROOT + "service",
            ROOT + "authz",
            ROOT + "audit",
            ROOT + "secret..",
            ROOT + "concurrent",
            "jnr..",
            "com.sun.jna..");

    @ArchTest
    static final ArchRule adaptersAreKnownToTheDaemonAlone = classes()
            .that()
            .resideInAnyPackage("..tpm.esys..", "..kernel.keyctl..", "..kernel.sysfs..", "..session.linux..")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage(
                    "..tpm.esys..", "..kernel.keyctl..", "..kernel.sysfs..", "..session.linux..", "..daemon..");

    @ArchTest
    static final ArchRule theStoreOnDiskIsKnownToTheDaemonAlone = classes()
            .that()
            .haveFullyQualifiedName(ROOT + "store.DirectoryVaultStore")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage(ROOT + "store", ROOT + "daemon..");

    @ArchTest
    static final ArchRule nobodyKnowsTheDaemon = noClasses()
            .that()
            .resideOutsideOfPackage("..daemon..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..daemon..");

    /** Every package lives in a layer above, so that a new one cannot dodge the arrows. */
    @ArchTest
    static final ArchRule everyPackageHasALayer = classes()
            .should()
            .resideInAnyPackage(
                    ROOT + "protocol..",
                    ROOT + "key..",
                    ROOT + "concurrent..",
                    ROOT + "authz..",
                    ROOT + "audit..",
                    ROOT + "boot..",
                    ROOT + "secret..",
                    ROOT + "store..",
                    ROOT + "tpm..",
                    ROOT + "kernel..",
                    ROOT + "session..",
                    ROOT + "policy..",
                    ROOT + "vault..",
                    ROOT + "target..",
                    ROOT + "service..",
                    ROOT + "server..",
                    ROOT + "systemd..",
                    ROOT + "daemon..");

    private static ArchRule onlyUses(String layer, String... more) {
        String[] allowed = new String[more.length + JDK_AND_PROTOCOL.length + 1];
        allowed[0] = ROOT + layer;
        System.arraycopy(JDK_AND_PROTOCOL, 0, allowed, 1, JDK_AND_PROTOCOL.length);
        System.arraycopy(more, 0, allowed, 1 + JDK_AND_PROTOCOL.length, more.length);
        return classes()
                .that()
                .resideInAPackage(ROOT + layer)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }
}
