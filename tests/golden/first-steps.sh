# What somebody sees who types only the name of the program.
#: world home
tpm-keyring
#: world empty
tpm-keyring
#: world broken
tpm-keyring
#: world none
tpm-keyring
