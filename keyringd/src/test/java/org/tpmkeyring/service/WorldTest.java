// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.KeyringException;

/** A test of use cases in a world of its own. */
abstract class WorldTest {
    @TempDir
    Path state;

    World world;
    final ScriptedDialogue person = new ScriptedDialogue();

    @BeforeEach
    void beginWorld() {
        world = new World(state);
    }

    @AfterEach
    void endWorld() {
        world.close();
    }

    /** The refusal of a call that has to leave every file as it was. */
    KeyringException refused(ThrowingCallable call) {
        Map<String, String> before = world.files();
        KeyringException refusal = World.refusal(call);
        org.assertj.core.api.Assertions.assertThat(world.files()).isEqualTo(before);
        return refusal;
    }
}
