# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Sourced by the scripts that need a software TPM and a keyringd of their own, apart from those of the
# machine. The caller sets $root, the clone, and $work, a directory that is nobody else's.

private_tpm_pid=
private_daemon_pid=

# Starts swtpm in $work/tpm. Without a resource manager and with PCRs that are all zero, like a TPM on
# a machine whose firmware measures nothing.
start_private_tpm() {
    mkdir -p "$work/tpm"
    swtpm socket --tpm2 --tpmstate "dir=$work/tpm" --server "type=unixio,path=$work/tpm/socket" \
        --ctrl "type=unixio,path=$work/tpm/socket.ctrl" --flags not-need-init,startup-clear >"$work/tpm/log" 2>&1 &
    private_tpm_pid=$!
    # tpm2-tools and the daemon find it by these
    export TPM2TOOLS_TCTI="swtpm:path=$work/tpm/socket" TSS2_LOG=all+NONE
    await "swtpm" "$private_tpm_pid" "$work/tpm/log" swtpm_ioctl --unix "$work/tpm/socket.ctrl" -c
}

# Starts keyringd with $work/state and $work/socket.
start_private_daemon() {
    mkdir -m 700 "$work/state"
    export TPM_KEYRING_SOCKET=$work/socket
    "$root/dist/bin/keyringd" --tpm2-device="swtpm:path=$work/tpm/socket" --state-dir="$work/state" \
        --socket="$work/socket" >"$work/keyringd.log" 2>&1 </dev/null &
    private_daemon_pid=$!
    await "keyringd" "$private_daemon_pid" "$work/keyringd.log" test -S "$work/socket"
}

# await NAME PID LOG COMMAND...: waits until the command succeeds or the process ends
await() {
    local name=$1 pid=$2 log=$3 tries=0
    shift 3
    until "$@" >/dev/null 2>&1; do
        if ! kill -0 "$pid" 2>/dev/null || ((++tries > 200)); then
            printf '%s did not start:\n' "$name" >&2
            cat "$log" >&2
            return 1
        fi
        sleep 0.05
    done
}

stop_private_daemon() {
    stop_process "$private_daemon_pid"
    private_daemon_pid=
}

stop_private_tpm() {
    stop_process "$private_tpm_pid"
    private_tpm_pid=
}

# Asks a process to end; one that does not within ten seconds is made to.
stop_process() {
    local pid=$1 tries=0
    if [[ -z $pid ]]; then
        return
    fi
    kill "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null && ((++tries <= 200)); do
        sleep 0.05
    done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}
