# Every page of help, to be read from top to bottom.
tpm-keyring --help
tpm-keyring add --help
tpm-keyring import --help
tpm-keyring import ecryptfs --help
tpm-keyring list --help
tpm-keyring show --help
tpm-keyring remove --help
tpm-keyring unlock --help
tpm-keyring lock --help
tpm-keyring mount --help
tpm-keyring umount --help
tpm-keyring status --help
tpm-keyring explain --help
tpm-keyring recover --help
tpm-keyring reseal --help
tpm-keyring vault --help
tpm-keyring vault create --help
tpm-keyring vault list --help
tpm-keyring vault rename --help
tpm-keyring vault restore --help
tpm-keyring vault remove --help
tpm-keyring protector --help
tpm-keyring protector add --help
tpm-keyring protector list --help
tpm-keyring protector remove --help
tpm-keyring volume --help
tpm-keyring volume check --help
tpm-keyring volume list --help
tpm-keyring tpm --help
tpm-keyring tpm info --help
tpm-keyring tpm selftest --help
tpm-keyring tpm pcrs --help
tpm-keyring doctor --help
tpm-keyring help --help
tpm-keyring help names
tpm-keyring help pcrs
tpm-keyring help exit-status
tpm-keyring help
tpm-keyring help reseal
tpm-keyring help nothing
