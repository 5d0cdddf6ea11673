// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nayuki.qrcodegen.QrCode;
import io.nayuki.qrcodegen.QrSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.cli.testing.ScriptedTerminal;

class RecoveryKeyCardTest {
    private static final String KEY = "cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu";

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static String card(String vault, boolean colours) throws IOException {
        ScriptedTerminal terminal = new ScriptedTerminal();
        RecoveryKeyCard.Surface surface = new RecoveryKeyCard.Surface() {
            @Override
            public void text(String text) {
                terminal.show(text);
            }

            @Override
            public void bytes(ByteBuffer bytes) {
                terminal.show(bytes);
            }
        };
        RecoveryKeyCard.show(surface, vault, direct(KEY), colours);
        return terminal.seen();
    }

    @Test
    void allOfItFitsAScreenOf80By24WithRoomForWhatFollows() throws IOException {
        String[] lines = card("a-name-of-exactly-the-greatest-length-that-is-possible-for-vault", false)
                .split("\n", -1);
        assertThat(lines.length - 1).as("lines before the prompt").isLessThanOrEqualTo(19);
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void theKeyIsTheLastLineInOnePiece() throws IOException {
        assertThat(card("home", false)).endsWith("\n" + KEY + "\n");
    }

    @Test
    void theBlocksAreTheModulesOfACodeThatSaysTheKey() {
        String[] lines = QrBlocks.lines(direct(KEY), false);
        QrCode code = QrCode.encodeSegments(
                List.of(QrSegment.makeAlphanumeric(KEY.replace("-", "").toUpperCase(java.util.Locale.ROOT))),
                QrCode.Ecc.LOW);
        int side = code.size + 2 * QrBlocks.QUIET_ZONE;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                char block = lines[y / 2].charAt(x);
                boolean light = block == '\u2588' || block == (y % 2 == 0 ? '\u2580' : '\u2584');
                assertThat(light)
                        .as("module %d,%d", x, y)
                        .isEqualTo(!code.getModule(x - QrBlocks.QUIET_ZONE, y - QrBlocks.QUIET_ZONE));
            }
        }
    }

    @Test
    void onAColouredTerminalLightIsWhiteWhateverTheThemeIs() {
        assertThat(QrBlocks.lines(direct(KEY), true))
                .allSatisfy(line -> assertThat(line).startsWith("\u001b[97;40m").endsWith("\u001b[0m"));
    }
}
