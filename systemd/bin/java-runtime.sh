# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by the launchers, which set $program and $lib. Finds a JVM by JAVA_HOME, or by
# PATH and in Debian's place for them, and sets $java, $unsafe_access and $archive. Starts no JVM and no process but readlink.

# Options from outside could attach an agent or dump the heap of a process that holds keys.
unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CLASSPATH

complain() {
    printf '%s: %s\nhint: %s\n' "$program" "$1" "$2" >&2
    exit 1
}

# Every JDK since 9 tells its release in a file; without it the JVM counts as a 17 that nothing is known of.
read_release() {
    java_release=17
    java_build=
    [ -r "${java%/bin/java}/release" ] || return 0
    while IFS='=' read -r name value; do
        value=${value#\"}
        value=${value%\"}
        case $name in
            # before 9 it was 1.8
            JAVA_VERSION) java_release=${value#1.} java_release=${java_release%%[!0-9]*} ;;
            JAVA_RUNTIME_VERSION) java_build=$value ;;
        esac
    done <"${java%/bin/java}/release"
}

java=
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || complain "there is no java in JAVA_HOME, which is $JAVA_HOME" "unset JAVA_HOME"
    read_release
else
    # An old Java may be first in the PATH for the sake of another program.
    for candidate in "$(command -v java)" /usr/lib/jvm/default-java/bin/java /usr/lib/jvm/*/bin/java; do
        [ -x "$candidate" ] || continue
        java=$(readlink -f "$candidate")
        read_release
        [ "$java_release" -lt 17 ] || break
    done
    [ -n "$java" ] || complain "java is not installed" "apt-get install openjdk-17-jre-headless"
fi
[ "$java_release" -ge 17 ] ||
    complain "Java 17 or later is needed and $java is a Java $java_release" "apt-get install openjdk-17-jre-headless"

# jffi writes to native memory by sun.misc.Unsafe. JDK 24 and later warn of that unless it is allowed;
# before 23 the option does not exist.
unsafe_access=
if [ "$java_release" -ge 23 ]; then
    unsafe_access=--sun-misc-unsafe-memory-access=allow
fi

# The class-data archive that was made for this very JVM, if any. One that does not fit, because the
# tree was moved since, is left aside by the JVM: -Xshare:auto does that, -Xlog:disable keeps it quiet.
archive=$lib/$program-$java_build.jsa
[ -n "$java_build" ] && [ -r "$archive" ] || archive=
