# Status and TPM.
tpm-keyring status
tpm-keyring status --json
#: colours
tpm-keyring status
tpm-keyring tpm info
tpm-keyring tpm info --json=short
tpm-keyring tpm selftest
tpm-keyring tpm pcrs
tpm-keyring tpm pcrs 7+14 --json=short
#: colours
tpm-keyring tpm pcrs
#: world empty
tpm-keyring status
#: world broken
tpm-keyring status
#: colours
tpm-keyring status
tpm-keyring tpm info
tpm-keyring tpm selftest --full
