# The end of boot: close, and what is different afterwards.
tpm-keyring close
tpm-keyring close --json=short
tpm-keyring vault create disks --reopenable --no-recovery-key
tpm-keyring reseal --reopenable --no-reopenable
#: world empty
tpm-keyring close
#: refuse NOT_PERMITTED who=uid~1000 action=close~the~door~that~ends~the~boot command=close
tpm-keyring close
#: world shut
tpm-keyring close
tpm-keyring unlock left
tpm-keyring explain left
printf 'cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu' | tpm-keyring recover left --recovery-key-file -
tpm-keyring list
tpm-keyring vault list
tpm-keyring status
tpm-keyring add photos --target ecryptfs --generate --vault left
printf 'cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu' | tpm-keyring add photos --target ecryptfs --generate --vault left --unlock-key-file -
tpm-keyring add photos --target ecryptfs --key-file - --unlock-key-file -
#: type cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu
tpm-keyring remove disk --yes
tpm-keyring remove disk --yes
#: type cbcjcvbhd-btdfdnedc-ekfcfifuf-gggrhehlu-ibijivjhf-jtkfknldt-lkncninun-rgrrtetlu
tpm-keyring vault rename left right
tpm-keyring reseal left
tpm-keyring protector add tpm2 --vault left
tpm-keyring protector add recovery --vault left --recovery-key-file $TMP/new
tpm-keyring protector remove tpm2-1 --vault left --yes
