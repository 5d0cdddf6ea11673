# Mistakes on the command line: one sentence, one hint, exit status 2, and no daemon needed.
#: world none
tpm-keyring lst
tpm-keyring vault crate
tpm-keyring vault
tpm-keyring list --jsn
tpm-keyring list now
tpm-keyring add
tpm-keyring add home
tpm-keyring add -x --target user
tpm-keyring add --target user -- -x
tpm-keyring add '' --target user --generate
tpm-keyring add ../x --target user --generate
tpm-keyring add a/b --target user --generate
tpm-keyring add 12345678901234567890123456789012345678901234567890123456789012345 --target user --generate
tpm-keyring add һome --target user --generate
tpm-keyring add home --target floppy
tpm-keyring add home --target user --vault
tpm-keyring add home --target user --target logon
tpm-keyring add home --target user --generate --size many
tpm-keyring add home --target user --size 5 --key-file x
tpm-keyring add home --target user
tpm-keyring add home --target fscrypt
tpm-keyring add home --target fscrypt --mount /srv
tpm-keyring add home --target encrypted --key-file x
tpm-keyring add home --target user --generate --key-file x
tpm-keyring add home --target user --key-file /nonexistent/key
printf '' | tpm-keyring add home --target user --key-file -
printf '\n' | tpm-keyring add home --target ecryptfs --key-file -
tpm-keyring add home --target user --generate --tpm2-pcrs 24
tpm-keyring add home --target user --generate --tpm2-pcrs 7:sha257
tpm-keyring add home --target user --generate --tpm2-pcrs=
tpm-keyring add home --target user --generate --when never
tpm-keyring add home --target user --generate --recovery-key-file /nonexistent/file
tpm-keyring list --user nobody-of-that-name
tpm-keyring list --user 4294967295
tpm-keyring list --json=yes
tpm-keyring show --json home --secret
tpm-keyring unlock default --all
tpm-keyring unlock default --when boot
tpm-keyring recover --tpm2-pcrs 7
tpm-keyring protector add paper
tpm-keyring protector add tpm2 --recovery-key-file x
tpm-keyring protector add recovery --tpm2-pcrs 7
tpm-keyring remove home
tpm-keyring vault remove default --with-keys
tpm-keyring protector remove tpm2-1
printf 'nonsense' | tpm-keyring recover --recovery-key-file -
tpm-keyring generate-completion fish
tpm-keyring import
tpm-keyring import ecryptf
tpm-keyring import ecryptfs --from $TMP/none
tpm-keyring import ecryptfs --password-file - --unlock-key-file -
