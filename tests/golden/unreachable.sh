# A daemon that is not there, does not answer, or goes away.
#: world none
tpm-keyring list
tpm-keyring unlock
tpm-keyring --socket $TMP list
#: world hung
tpm-keyring list
tpm-keyring add home --target user --generate
#: world vanishing
tpm-keyring list
tpm-keyring add home --target user --generate
