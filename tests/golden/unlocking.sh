# Unlock, lock, explain, recover, reseal.
tpm-keyring unlock
tpm-keyring unlock --when boot -q
tpm-keyring unlock -v
tpm-keyring unlock --json=short
tpm-keyring lock
tpm-keyring lock --all --json=short
tpm-keyring explain
tpm-keyring explain --json
printf 'cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu\n' | tpm-keyring recover --recovery-key-file -
#: type cbcjckctb-dtdbedfdu
#: type CBCJCVBHD BTDFDNEDC EKFCFIFUF GGGRHEHLU IBIJIVJHF JTKFKNLDT LKNCNINUN RGRRTETLU
tpm-keyring recover default
#: type cbcjcvbhd-btdfdnedc-ekfcfifuf-ggrghehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu
#: type two
#: type three
tpm-keyring recover
tpm-keyring recover
printf 'cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu' | tpm-keyring recover --reseal --recovery-key-file - --json=short
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
#: type cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu
tpm-keyring reseal
