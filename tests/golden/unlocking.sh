# Unlock, lock, explain, recover, reseal.
tpm-keyring unlock
tpm-keyring unlock --when boot -q
tpm-keyring unlock -v
tpm-keyring unlock --json=short
tpm-keyring lock
tpm-keyring lock --all --json=short
tpm-keyring explain
tpm-keyring explain --json
printf 'cbcjckctdtdbedfdfuduhbhdhtigiuhuhidcjhkjtkrlvlbnbrdrirurkcjcfcvfufgfbgef' | tpm-keyring recover --recovery-key-file -
#: type cbcjckctb-dtdbedfdu
tpm-keyring recover
tpm-keyring recover
tpm-keyring recover archive --reseal --recovery-key-file $TMP/none
tpm-keyring reseal
tpm-keyring reseal --json=short
#: world empty
tpm-keyring unlock --all
tpm-keyring lock --all
#: world broken
tpm-keyring unlock default archive nightly
tpm-keyring unlock default archive nightly --json=short
tpm-keyring lock
tpm-keyring explain
tpm-keyring explain -v
#: colours
tpm-keyring explain
tpm-keyring reseal
