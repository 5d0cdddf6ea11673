# Vaults and protectors.
tpm-keyring vault list
tpm-keyring vault list --json=short
#: terminal
tpm-keyring vault create archive --when manual
tpm-keyring vault create archive --when manual --recovery-key-file $TMP/archive.recovery
tpm-keyring vault create scratch --no-recovery-key
tpm-keyring vault rename default laptop
tpm-keyring vault restore e7c1a2b3c4d5e6f708192a3b4c5d6e7f
tpm-keyring vault remove archive --yes
#: type yes
tpm-keyring vault remove archive --with-keys
#: type no
tpm-keyring vault remove archive
tpm-keyring protector list
tpm-keyring protector list --json=short
tpm-keyring protector list --vault nothing
#: terminal
tpm-keyring protector add recovery
tpm-keyring protector add recovery --recovery-key-file $TMP/second.recovery
tpm-keyring protector add tpm2 --tpm2-pcrs sha256:7,14
tpm-keyring protector remove recovery-1 --yes
#: type y
tpm-keyring protector remove recovery-1
#: world empty
tpm-keyring vault list
#: world broken
tpm-keyring vault list
