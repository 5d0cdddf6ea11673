// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tpmkeyring.protocol.InterfaceDefinition;
import org.tpmkeyring.protocol.api.Methods;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/** Introspection: the methods of {@code org.varlink.service} (varlink.org, "Service"). Open to everybody. */
final class ServiceInterface {
    private static final String PREFIX = InterfaceDefinition.SERVICE + ".";

    private final String version;

    /**
     * @param version of the daemon
     */
    ServiceInterface(String version) {
        this.version = version;
    }

    static boolean owns(String method) {
        return method.startsWith(PREFIX);
    }

    ReplyMessage answer(CallMessage call) {
        return switch (call.method().substring(PREFIX.length())) {
            case "GetInfo" -> getInfo(call.parameters());
            case "GetInterfaceDescription" -> getInterfaceDescription(call.parameters());
            default -> ErrorReplies.service("MethodNotFound", "method", call.method());
        };
    }

    private ReplyMessage getInfo(Map<String, Object> parameters) {
        if (!parameters.isEmpty()) {
            return ErrorReplies.invalidParameter(parameters.keySet().iterator().next());
        }
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("vendor", "The tpm-keyring project");
        info.put("product", "tpm-keyring");
        info.put("version", version);
        info.put("url", "man:keyringd(8)");
        info.put("interfaces", InterfaceDefinition.ALL);
        return ReplyMessage.success(info);
    }

    private static ReplyMessage getInterfaceDescription(Map<String, Object> parameters) {
        if (!(parameters.get("interface") instanceof String wanted) || parameters.size() > 1) {
            return ErrorReplies.invalidParameter("interface");
        }
        return InterfaceDefinition.of(wanted)
                .map(text -> ReplyMessage.success(Map.of("description", text)))
                .orElseGet(() -> ErrorReplies.service("InterfaceNotFound", "interface", wanted));
    }

    /** The error for a method that nobody answers. */
    static ReplyMessage notFound(String method) {
        String interfaceName = method.substring(0, Math.max(0, method.lastIndexOf('.')));
        if (!InterfaceDefinition.ALL.contains(interfaceName)) {
            return ErrorReplies.service("InterfaceNotFound", "interface", interfaceName);
        }
        boolean defined = Methods.ALL.stream().anyMatch(m -> m.qualifiedName().equals(method));
        return ErrorReplies.service(defined ? "MethodNotImplemented" : "MethodNotFound", "method", method);
    }
}
