// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Envelopes of calls and replies. */
final class MessagesTest {
    @Provide
    Arbitrary<Record> records() {
        return ApiArbitraries.anyRecord();
    }

    @Provide
    Arbitrary<String> texts() {
        return ApiArbitraries.text();
    }

    @Property
    void everyCallComesBackEqual(
            @ForAll("texts") String method,
            @ForAll("records") Record record,
            @ForAll boolean upgrade,
            @ForAll boolean more,
            @ForAll boolean oneway)
            throws MalformedMessageException {
        CallMessage call = new CallMessage(method, RecordCodec.toTree(record), upgrade, more, oneway);
        assertThat(CallMessage.parse(call.toJson())).isEqualTo(call);
        assertThat(call.toJson()).doesNotContain((byte) 0);
    }

    @Property
    void everyReplyComesBackEqual(
            @ForAll("texts") String error, @ForAll("records") Record record, @ForAll boolean failed)
            throws MalformedMessageException {
        Map<String, Object> tree = RecordCodec.toTree(record);
        ReplyMessage reply = failed ? ReplyMessage.failure(error, tree) : ReplyMessage.success(tree);
        assertThat(ReplyMessage.parse(reply.toJson())).isEqualTo(reply);
        assertThat(ReplyMessage.parse(ReplyMessage.step(tree).toJson()).continues())
                .isTrue();
    }

    @Test
    void absentNullAndEmptyParametersAreTheSame() throws MalformedMessageException {
        CallMessage expected = new CallMessage("a.B", Map.of(), false, false, false);
        for (String text : List.of(
                "{\"method\":\"a.B\"}",
                "{\"method\":\"a.B\",\"parameters\":null,\"more\":null}",
                "{\"parameters\":{},\"method\":\"a.B\",\"oneway\":false}")) {
            assertThat(CallMessage.parse(text.getBytes(UTF_8))).isEqualTo(expected);
        }
        assertThat(ReplyMessage.parse("{}".getBytes(UTF_8)))
                .isEqualTo(new ReplyMessage(Optional.empty(), Map.of(), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"method\":null}",
                "{\"method\":1}",
                "{\"method\":\"a.B\",\"parameters\":[]}",
                "{\"method\":\"a.B\",\"parameters\":\"x\"}",
                "{\"method\":\"a.B\",\"more\":1}",
                "{\"method\":\"a.B\",\"upgrade\":\"true\"}",
                "{\"method\":\"a.B\",\"surplus\":1}",
                "{\"error\":\"a.B\"}"
            })
    void whatIsNoCallIsRefused(String text) {
        assertThatThrownBy(() -> CallMessage.parse(text.getBytes(UTF_8))).isInstanceOf(MalformedMessageException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":1}",
                "{\"parameters\":[]}",
                "{\"continues\":1}",
                "{\"method\":\"a.B\"}",
                "{\"surplus\":null}"
            })
    void whatIsNoReplyIsRefused(String text) {
        assertThatThrownBy(() -> ReplyMessage.parse(text.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void aCallHasABoundedNumberOfTokensAReplyHasNot() throws MalformedMessageException {
        String few = "{\"method\":\"a.B\",\"parameters\":{\"a\":[" + "1,".repeat(2000) + "1]}}";
        String many = "{\"method\":\"a.B\",\"parameters\":{\"a\":[" + "{},".repeat(2000) + "1]}}";
        assertThat(CallMessage.parse(few.getBytes(UTF_8)).parameters()).containsKey("a");
        assertThatThrownBy(() -> CallMessage.parse(many.getBytes(UTF_8))).isInstanceOf(MalformedMessageException.class);
        String reply = "{\"parameters\":{\"a\":[" + "{},".repeat(20_000) + "1]}}";
        assertThat(ReplyMessage.parse(reply.getBytes(UTF_8)).parameters()).containsKey("a");
    }

    @Property
    void garbageNeverThrowsAnythingElse(@ForAll byte[] garbage) {
        try {
            CallMessage.parse(garbage);
            ReplyMessage.parse(garbage);
        } catch (MalformedMessageException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
