#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A process that logs people in and out: login.py SOCKET

Reads "METHOD PARAMETERS" lines, such as 'OpenSession {"owner":1000,"service":"sshd"}', calls the method and answers
with the reply in one line. The daemon knows the sessions by this process.
"""
import json
import sys

from varlink import call

for line in sys.stdin:
    method, _, parameters = line.strip().partition(" ")
    print(json.dumps(call(sys.argv[1], "org.tpmkeyring." + method, json.loads(parameters))), flush=True)
