// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tpmkeyring.cli.pam.PamFile;
import org.tpmkeyring.cli.pam.PamParser;
import org.tpmkeyring.cli.pam.PamRule;
import org.tpmkeyring.cli.pam.PamStack;
import org.tpmkeyring.cli.pam.PamType;
import org.tpmkeyring.protocol.api.Check;

/** Whether a login opens the login vaults: our module in the stacks of those services by which people come in. */
public final class PamCheck {
    static final String NAME = "pam";
    private static final String MODULE = "pam_tpm_keyring.so";
    private static final String PROFILE = "usr/share/pam-configs/tpm-keyring";
    private static final String MANUAL = "man pam_tpm_keyring";

    private static final List<String> SERVICES = List.of(
            "login",
            "remote",
            "sshd",
            "gdm-password",
            "gdm-fingerprint",
            "gdm-smartcard",
            "gdm-autologin",
            "lightdm",
            "lightdm-autologin",
            "sddm",
            "sddm-autologin",
            "lxdm",
            "xdm",
            "wdm",
            "slim",
            "nodm",
            "greetd",
            "ly",
            "xrdp-sesman",
            "cockpit");

    /** Where a distribution's files are that nobody has replaced (PAM_CONFIG_DIST_DF of libpam). */
    private static final List<String> DIRECTORIES = List.of("/etc/pam.d/", "/usr/lib/pam.d/");

    private final Machine machine;
    private final boolean wanted;
    private final Findings trouble = new Findings();

    private PamCheck(Machine machine, boolean wanted) {
        this.machine = machine;
        this.wanted = wanted;
    }

    /**
     * @param loginVaults whether there are vaults that a login should open
     */
    public static void run(Machine machine, boolean loginVaults, Findings findings) {
        new PamCheck(machine, loginVaults).check(findings);
    }

    private void check(Findings findings) {
        List<PamStack> sessions = stacks(PamType.SESSION);
        List<PamRule> ours = Stream.of(PamType.values())
                .flatMap(type -> stacks(type).stream())
                .flatMap(stack -> stack.rules().stream())
                .filter(rule -> rule.moduleName().equals(MODULE))
                .toList();
        if (sessions.isEmpty()) {
            return;
        }
        if (ours.isEmpty()) {
            nowhere(findings);
            return;
        }
        module(ours);
        controls(ours);
        sessions.forEach(this::session);
        stacks(PamType.AUTH).stream().filter(PamCheck::hasOurs).forEach(stack -> PamOrder.auth(stack, MODULE, trouble));
        if (wanted) {
            sshd();
        }
        // what stands in a file that many services include is told once
        Set<Check> told = new LinkedHashSet<>(trouble.all());
        if (told.isEmpty()) {
            findings.ok(NAME, "vaults for login are opened by " + services(sessions));
        }
        findings.addAll(List.copyOf(told));
    }

    private static boolean hasOurs(PamStack stack) {
        return stack.indexOf(MODULE) >= 0;
    }

    private static String services(List<PamStack> sessions) {
        return String.join(
                ", ",
                sessions.stream()
                        .filter(PamCheck::hasOurs)
                        .map(PamStack::service)
                        .toList());
    }

    private List<PamStack> stacks(PamType type) {
        return SERVICES.stream()
                .flatMap(service -> PamParser.parse(service, type, this::file).stream())
                .toList();
    }

    private Optional<PamFile> file(String name) {
        List<String> paths = name.startsWith("/")
                ? List.of(name)
                : DIRECTORIES.stream().map(directory -> directory + name).toList();
        return paths.stream()
                .flatMap(path -> machine.whole(path.substring(1)).stream().map(text -> new PamFile(path, text)))
                .findFirst();
    }

    private void nowhere(Findings findings) {
        String advice = enable();
        if (wanted) {
            findings.warning(
                    NAME, MODULE + " is in no stack of PAM, so no login opens the vaults that are for login", advice);
        } else {
            findings.note(NAME, MODULE + " is in no stack of PAM; vaults for login need it", advice);
        }
    }

    /** Where the profile is missing that command would know no such name. */
    private String enable() {
        return machine.exists(PROFILE) ? "pam-auth-update --enable tpm-keyring" : MANUAL;
    }

    private void module(List<PamRule> ours) {
        for (PamRule rule : ours) {
            if (!isThere(rule.module())) {
                trouble.problem(
                        NAME,
                        rule.place().file() + " names " + rule.module()
                                + ", which is not there, so a login opens no vault"
                                + (rule.control().isHarmless() ? "" : " and fails"),
                        machine.exists(PROFILE)
                                ? "apt-get install --reinstall tpm-keyring"
                                : "in " + rule.place().file() + " take out line "
                                        + rule.place().line());
            }
        }
    }

    /** A name without a slash is looked for where libpam's own modules are, which is a matter of the architecture. */
    private boolean isThere(String module) {
        if (module.startsWith("/")) {
            return machine.exists(module.substring(1));
        }
        List<String> directories = new ArrayList<>(List.of("lib", "lib64", "usr/lib", "usr/lib64"));
        directories.addAll(machine.matching("lib", "*-linux-*"));
        directories.addAll(machine.matching("usr/lib", "*-linux-*"));
        return directories.stream().anyMatch(directory -> machine.exists(directory + "/security/" + module));
    }

    private void controls(List<PamRule> ours) {
        for (PamRule rule : ours) {
            if (!rule.control().isHarmless()) {
                trouble.warning(
                        NAME,
                        MODULE + " (" + rule.place() + ") is '" + rule.control().text()
                                + "': what it returns could fail a login, or keep modules after it from being run",
                        "in " + rule.place().file() + " write '" + rule.type().word() + " optional " + MODULE
                                + "' in line " + rule.place().line());
            }
        }
    }

    private void session(PamStack stack) {
        if (hasOurs(stack)) {
            PamOrder.session(stack, MODULE, trouble);
            return;
        }
        String finding = "a login by " + stack.service() + " opens no vault: its session rules are without " + MODULE;
        String file = file(stack.service()).map(PamFile::path).orElse("");
        String own = DIRECTORIES.get(0) + stack.service();
        String advice = (file.equals(own) ? "" : "cp " + file + " " + own + "; ") + "in " + own
                + " write 'session optional " + MODULE + "' before what needs the keys; " + MANUAL;
        if (wanted) {
            trouble.warning(NAME, finding, advice);
        } else {
            trouble.note(NAME, finding, advice);
        }
    }

    private void sshd() {
        SshdConfig config = new SshdConfig(machine);
        if (!config.exists()) {
            return;
        }
        Optional<SshdConfig.Setting> usePam = config.usePam();
        if (usePam.isEmpty()) {
            trouble.warning(
                    NAME,
                    "sshd does without PAM where /etc/ssh/sshd_config does not say UsePAM, so a login by ssh opens no"
                            + " vault",
                    "sed -i '1i UsePAM yes' /etc/ssh/sshd_config && systemctl reload ssh");
        } else if (!usePam.get().value().equalsIgnoreCase("yes")) {
            String[] place = usePam.get().place().split(" line ", -1);
            trouble.warning(
                    NAME,
                    "sshd does without PAM (UsePAM " + usePam.get().value() + ", "
                            + usePam.get().place() + "), so a login by ssh opens no vault",
                    "sed -i '" + place[1] + "s/.*/UsePAM yes/' " + place[0] + " && systemctl reload ssh");
        }
    }
}
