# Keys: list, show, add, remove.
tpm-keyring list
tpm-keyring list --no-legend
tpm-keyring list --vault default
tpm-keyring list --all
tpm-keyring list --json
tpm-keyring list --json=short
tpm-keyring --json=short list
tpm-keyring list --json=off --no-legend
#: colours
tpm-keyring list
tpm-keyring show home
tpm-keyring show home --json
tpm-keyring show home --secret
tpm-keyring add photos --target fscrypt --generate --directory /srv/photos
tpm-keyring add photos --target fscrypt --generate --directory /srv/missing
tpm-keyring add photos --target fscrypt --generate --directory /srv/full
tpm-keyring add photos --target fscrypt --generate --mount /srv -q
tpm-keyring add photos --target fscrypt --generate --mount /srv --json=short
printf 'correct horse\n' | tpm-keyring add home --target ecryptfs --key-file -
#: type correct horse
#: type correct horse
tpm-keyring add home --target ecryptfs
#: type correct horse
#: type corect horse
#: type correct horse
#: type correct horse
tpm-keyring add home --target ecryptfs
#: type a
#: type b
#: type a
#: type b
#: type a
#: type b
tpm-keyring add home --target ecryptfs
#: terminal
tpm-keyring add home --target ecryptfs
printf 'this passphrase is longer than the sixty-four bytes that are wanted here, by far' | tpm-keyring add home --target ecryptfs --key-file -
#: terminal
tpm-keyring add home --target ecryptfs --generate --vault fresh
tpm-keyring add home --target ecryptfs --generate --vault fresh
tpm-keyring add home --target ecryptfs --generate --vault fresh --recovery-key-file $TMP/fresh.recovery
tpm-keyring add home --target ecryptfs --generate --vault fresh --recovery-key-file $TMP/fresh.recovery
tpm-keyring add home --target ecryptfs --generate --recovery-key-file $TMP/other.recovery
tpm-keyring add home --target ecryptfs --generate --vault fresh --no-recovery-key
tpm-keyring remove home --yes
#: type y
tpm-keyring remove home
#: type n
tpm-keyring remove home
#: world empty
tpm-keyring list
tpm-keyring list --vault archive
tpm-keyring list --json=short
#: world broken
tpm-keyring list
tpm-keyring add home --target ecryptfs --generate
#: world home
#: type open sesame
#: type open sesame
tpm-keyring add wallet --target authtok
printf 'open sesame\n' | tpm-keyring add wallet --target authtok --key-file -
