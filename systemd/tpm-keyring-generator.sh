# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by tpm-keyring-generator, beside which it lies: the fields of a table, and what this boot is for. The
# rules of a line are those of org.tpmkeyring.cli.mounttab, those of a rescue shell of org.tpmkeyring.boot.

# $1 with every $2 replaced by $3, into $replaced.
replace() {
    rest=$1
    replaced=
    while :; do
        case $rest in
            *"$2"*)
                replaced=$replaced${rest%%"$2"*}$3
                rest=${rest#*"$2"}
                ;;
            *)
                replaced=$replaced$rest
                return
                ;;
        esac
    done
}

# Reads a field as fstab(5) writes it: $decoded is what it means, $canonical the same with every backslash
# written as an octal escape, so that it is printable and on one line. Fails for what no path can hold.
decode() {
    rest=$1
    decoded=
    canonical=
    while :; do
        case $rest in
            *"$backslash"*) ;;
            *) break ;;
        esac
        decoded=$decoded${rest%%"$backslash"*}
        canonical=$canonical${rest%%"$backslash"*}
        rest=${rest#*"$backslash"}
        case $rest in
            000*) return 1 ;;
            [0-3][0-7][0-7]*)
                after=${rest#???}
                octal=${rest%"$after"}
                rest=$after
                # a command substitution drops line breaks at its end, hence the dot
                # shellcheck disable=SC2059  # three octal digits
                character=$(printf "\\$octal.")
                decoded=$decoded${character%.}
                canonical=$canonical$backslash$octal
                ;;
            *)
                decoded=$decoded$backslash
                canonical=$canonical${backslash}134
                ;;
        esac
    done
    decoded=$decoded$rest
    canonical=$canonical$rest
}

has_control_characters() {
    case $1 in *[[:cntrl:]]*) ;; *) return 1 ;; esac
}

is_utf8() {
    case $1 in
        *[!\ -~$tab$newline]*) printf '%s' "$1" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1 ;;
    esac
}

is_safe_path() {
    case $1/ in
        */../*) return 1 ;;
        /*) ;;
        *) return 1 ;;
    esac
}

is_key_name() {
    case $1 in
        '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) return 1 ;;
        *) [ ${#1} -le 64 ] ;;
    esac
}

is_timeout() {
    case $1 in
        '' | 0* | *[!0-9]* | ??????*) return 1 ;;
        *) [ "$1" -le 86400 ] ;;
    esac
}

# Reads $1, the fourth field: $key, $timeout, $noauto and what is left for mount(8), $options.
read_options() {
    problem=
    key=
    timeout=$default_timeout
    noauto=
    netdev=
    options=
    old_ifs=$IFS
    IFS=,
    # shellcheck disable=SC2086  # split at commas, and set -f keeps it from being a pattern
    set -- $1
    IFS=$old_ifs
    for option; do
        case $option in
            key=*)
                [ -z "$key" ] || problem='key= is given twice'
                key=${option#key=}
                ;;
            timeout=*)
                timeout=${option#timeout=}
                is_timeout "$timeout" || problem='timeout= is not a number of seconds from 1 to 86400'
                ;;
            noauto) noauto=yes ;;
            _netdev)
                netdev=yes
                options=${options}_netdev,
                ;;
            '' | auto | nofail | defaults) ;;
            type=* | bind | rbind | move | remount | loop | loop=* | x-systemd.* | X-*)
                problem="option '${option%%=*}' cannot be used in this table"
                ;;
            *) options=$options$option, ;;
        esac
    done
    is_key_name "$key" || problem='there is no key=NAME in OPTIONS, or NAME is no name of a key'
    [ -z "$problem" ]
}

# Says in $problem what is wrong with the fields $what, $where, $type and $mount_options.
check_fields() {
    problem=
    case $type in
        ecryptfs | fscrypt | bcachefs)
            is_safe_path "$what" || problem="WHAT has to be an absolute path without '..'"
            is_safe_path "$where" || problem="WHERE has to be an absolute path without '..'"
            case $where in
                *[!/.]*) ;;
                *) problem='WHERE cannot be the root directory' ;;
            esac
            ;;
        zfs)
            case $what in
                '' | [!A-Za-z0-9]* | *[!A-Za-z0-9/._:\ -]*) problem='WHAT is no name of a ZFS dataset' ;;
            esac
            [ "$where" = none ] || problem="WHERE of a zfs line has to be 'none'"
            ;;
        *) problem="TYPE '$type' is not one of ecryptfs, fscrypt, zfs, bcachefs" ;;
    esac
    case $mount_options in
        *[\"\\[:cntrl:]]*) problem='OPTIONS cannot hold quotes, backslashes or control characters' ;;
    esac
    is_utf8 "$what$where$mount_options" || problem='it is not UTF-8'
    [ -z "$problem" ]
}

# A unit that opens a shell instead of the system, or an alias of one: the links that systemctl(1) set-default makes.
opens_shell() {
    unit=$1
    case $unit in '' | */*) return 1 ;; esac
    for hop in 1 2 3 4 5 6 7 8; do
        case $unit in
            rescue.target | emergency.target | runlevel1.target) return 0 ;;
        esac
        found=
        for folder in $unit_folders; do
            if [ -L "$root$folder/$unit" ]; then
                found=$(readlink "$root$folder/$unit")
            fi
            if [ -e "$root$folder/$unit" ] || [ -n "$found" ]; then
                break
            fi
        done
        [ -n "$found" ] || return 1
        unit=${found##*/}
    done
    return 1
}

# The kernel command line without its double quotes, which keep white space within a word: that is written as the
# control character 1 there, which no word of ours has. Into $unquoted.
unquote() {
    rest=${1%"${1##*[!"$IFS"]}"}
    unquoted=
    inside=
    while :; do
        part=${rest%%'"'*}
        [ -z "$inside" ] || part=$(printf '%s' "$part" | tr "$IFS" '[\001*]')
        unquoted=$unquoted$part
        case $rest in *'"'*) ;; *) return ;; esac
        rest=${rest#*'"'}
        [ -n "$inside" ] && inside= || inside=yes
    done
}

# Why this boot goes to a rescue shell, where nothing is mounted by itself, into $rescue; nothing where it does not.
# White space is that of $IFS.
read_command_line() {
    cmdline=${SYSTEMD_PROC_CMDLINE-}
    if [ -z "${SYSTEMD_PROC_CMDLINE+set}" ]; then
        IFS= read -r cmdline </proc/cmdline || :
    fi
    unquote "$cmdline"
    rescue=
    goal=default.target
    for word in $unquoted; do
        case $word in
            rescue | emergency | single | s | S | 1 | -s | -b) rescue="'$word' on the kernel command line" ;;
            2 | 3 | 4 | 5) goal= ;;
            systemd.unit=*)
                goal=
                ! opens_shell "${word#systemd.unit=}" || rescue="'$word' on the kernel command line"
                ;;
        esac
    done
    if [ -z "$rescue" ] && [ -n "$goal" ] && opens_shell "$goal"; then
        rescue="$goal leads to $unit"
    fi
}
