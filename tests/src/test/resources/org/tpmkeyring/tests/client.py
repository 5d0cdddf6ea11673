# SPDX-License-Identifier: Apache-2.0
import json, socket, sys

daemon = socket.socket(socket.AF_UNIX)
daemon.connect(sys.argv[1])

def call(method, **parameters):
    daemon.sendall(json.dumps({"method": method, "parameters": parameters}).encode() + b"\0")
    reply = b""
    while not reply.endswith(b"\0"):
        reply += daemon.recv(65536)
    reply = json.loads(reply[:-1])
    if "error" in reply:
        print("error:", reply["error"])
    return reply.get("parameters", {})

print("interfaces:", call("org.varlink.service.GetInfo")["interfaces"])
print(call("org.varlink.service.GetInterfaceDescription", interface="org.tpmkeyring")["description"])
status = call("org.tpmkeyring.Status")
print("tpmDevice:", status["tpmDevice"])
print("vaults:", [vault["name"] for vault in status["vaults"]])
call("org.tpmkeyring.Explain", vault="nowhere")
call("org.tpmkeyring.NoSuchMethod")
