// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Methods;

/** The interface definition and the Java side say the same, in the same order. */
final class InterfaceDefinitionTest {
    private final VarlinkText text =
            new VarlinkText(InterfaceDefinition.of(InterfaceDefinition.KEYRING).orElseThrow());

    @Test
    void everyMethodIsDefinedWithItsParametersInOrder() {
        Map<String, Map<String, String>> inputs = new LinkedHashMap<>();
        Map<String, Map<String, String>> outputs = new LinkedHashMap<>();
        RecordShapes shapes = new RecordShapes();
        for (Method<?, ?> method : Methods.ALL) {
            inputs.put(method.name(), shapes.ofRequest(method.request()));
            outputs.put(method.name(), shapes.ofReply(method.reply()));
        }
        assertThat(text.name).isEqualTo(Method.INTERFACE);
        assertThat(lines(text.inputs)).isEqualTo(lines(inputs));
        assertThat(lines(text.outputs)).isEqualTo(lines(outputs));
        assertThat(text.types).isEqualTo(shapes.usedTypes);
        text.types.forEach((name, members) -> assertThat(List.copyOf(members.keySet()))
                .as(name)
                .isEqualTo(List.copyOf(shapes.usedTypes.get(name).keySet())));
    }

    @Test
    void everyErrorIsDefinedWithItsFields() {
        Map<String, Map<String, String>> errors = new LinkedHashMap<>();
        for (ErrorKind kind : ErrorKind.values()) {
            errors.put(kind.simpleName(), RecordShapes.ofError(kind));
        }
        assertThat(lines(text.errors)).isEqualTo(lines(errors));
    }

    @Test
    void everyErrorIsPrecededByItsSentenceAndItsExitCode() {
        String definition = InterfaceDefinition.of(InterfaceDefinition.KEYRING)
                .orElseThrow()
                .replace("\n# ", " ");
        for (ErrorKind kind : ErrorKind.values()) {
            assertThat(definition)
                    .contains(kind.sentence() + " (exit code " + kind.exitCode() + ")\nerror " + kind.simpleName()
                            + " (");
        }
    }

    @Test
    void methodsThatMayCarrySecretsSayThatTheyAreCalledWithUpgrade() {
        String definition = InterfaceDefinition.of(InterfaceDefinition.KEYRING).orElseThrow();
        for (Method<?, ?> method : Methods.ALL) {
            boolean said =
                    definition.contains("# A secret may cross: call it with upgrade.\nmethod " + method.name() + "(");
            assertThat(said).as(method.name()).isEqualTo(method.upgrade());
        }
    }

    @Test
    void allMethodsOfTheApiPackageAreListed() throws Exception {
        List<String> found = new ArrayList<>();
        var folder = java.nio.file.Path.of(Method.class.getResource("").toURI());
        try (var files = java.nio.file.Files.list(folder)) {
            for (String file : files.map(f -> f.getFileName().toString()).toList()) {
                if (file.endsWith("$Request.class")) {
                    found.add(file.substring(0, file.indexOf('$')));
                }
            }
        }
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        Methods.ALL.stream().map(Method::name).toList());
    }

    @Test
    void theServiceInterfaceIsTheStandardOne() {
        VarlinkText service = new VarlinkText(
                InterfaceDefinition.of(InterfaceDefinition.SERVICE).orElseThrow());
        assertThat(service.name).isEqualTo("org.varlink.service");
        assertThat(service.outputs.get("GetInfo"))
                .isEqualTo(Map.of(
                        "vendor",
                        "string",
                        "product",
                        "string",
                        "version",
                        "string",
                        "url",
                        "string",
                        "interfaces",
                        "[]string"));
        assertThat(service.inputs.get("GetInterfaceDescription")).isEqualTo(Map.of("interface", "string"));
        assertThat(service.outputs.get("GetInterfaceDescription")).isEqualTo(Map.of("description", "string"));
        assertThat(service.errors.keySet())
                .containsExactly("InterfaceNotFound", "MethodNotFound", "MethodNotImplemented", "InvalidParameter");
    }

    @Test
    void anotherInterfaceHasNoDefinition() {
        assertThat(InterfaceDefinition.of("org.example")).isEmpty();
        assertThat(InterfaceDefinition.of("../api/Method")).isEmpty();
    }

    @Test
    void theTestParserRefusesWhatIsNoDefinition() {
        for (String broken : List.of("", "interface a.b type T (a: int", "interface a.b type T (a) type T (b)")) {
            assertThatThrownBy(() -> new VarlinkText(broken)).as(broken).isInstanceOf(RuntimeException.class);
        }
    }

    private static String lines(Map<String, Map<String, String>> members) {
        StringBuilder lines = new StringBuilder();
        members.forEach((name, shape) -> lines.append(name)
                .append(' ')
                .append(Arrays.toString(shape.entrySet().toArray()))
                .append('\n'));
        return lines.toString();
    }
}
