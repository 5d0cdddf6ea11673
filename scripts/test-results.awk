# SPDX-License-Identifier: Apache-2.0
# Reads the XML reports of surefire and failsafe. First line: how many passed, failed, were skipped.
# Then one line for each test that failed or was skipped, with the reason.

function attribute(name) {
    return match($0, "[ \t]" name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
}

function plain(text) {
    sub(/&#10;.*/, "", text)
    gsub(/&quot;/, "\"", text)
    gsub(/&apos;/, "'", text)
    gsub(/&lt;/, "<", text)
    gsub(/&gt;/, ">", text)
    gsub(/&amp;/, "\\&", text)
    return text
}

/<testsuite / {
    bad = attribute("failures") + attribute("errors")
    skipped += attribute("skipped")
    failed += bad
    passed += attribute("tests") - bad - attribute("skipped")
}
/<testcase / { test = attribute("classname") "." attribute("name") }
/<skipped/ { lines[++count] = "SKIPPED " test ": " plain(attribute("message")) }
/<(failure|error)[ >]/ { lines[++count] = "FAILED " test ": " plain(attribute("message")) }

END {
    print passed + 0, failed + 0, skipped + 0
    for (i = 1; i <= count; i++) {
        print lines[i]
    }
}
