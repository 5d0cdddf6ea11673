// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.testing.Requires;

/** A machine with a default vault, a table of volumes of its own, and the real cryptsetup on files. */
abstract class LuksFixture {
    static final String FOREIGN = "# volumes\nother UUID=1234 none luks\n";

    Machine machine;
    Path root;
    Path crypttab;
    String name;

    @BeforeEach
    void start() throws IOException {
        Requires.root();
        Requires.command("cryptsetup");
        Requires.command("keyctl");
        Requires.command("python3");
        machine = Machine.start();
        machine.cli().makeVault(machine.file("recovery")).ok();
        root = Files.createDirectory(machine.file("root"));
        crypttab = Files.createDirectory(root.resolve("etc")).resolve("crypttab");
        Files.writeString(crypttab, FOREIGN);
        name = machine.unique("data");
    }

    @AfterEach
    void stop() throws IOException {
        machine.close();
    }

    Program cli(String... arguments) {
        return machine.cli().command(arguments).env("TPM_KEYRING_JAVA_FLAGS", "-Dtpmkeyring.root=" + root);
    }

    LuksImage volume(int version) throws IOException {
        return new LuksImage(machine.file("volume.img"), version);
    }

    Program add(LuksImage volume, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "add", name, "--target=luks", "--device=" + volume.image, "--existing-key-file=" + volume.passphrase));
        words.addAll(List.of(more));
        return cli(words.toArray(String[]::new));
    }

    String line(LuksImage volume) {
        return name + " " + volume.image + " " + machine.file("cryptsetup") + " luks,nofail,timeout=90s\n";
    }

    KeyInfo key() throws IOException {
        return machine.cli().key(name);
    }

    boolean keyIsThere() throws IOException {
        return machine.cli().json(ListKeys.Reply.class, "list").keys().stream()
                .anyMatch(key -> key.name().equals(name));
    }
}
