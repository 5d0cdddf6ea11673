# Every kind of refusal, as it is told.
#: refuse UNEXPECTED detail=the~log~has~it~under~the~id~4711
tpm-keyring list
#: refuse BAD_NAME what=key~name name='x' reason=it~is~empty
tpm-keyring show home
#: refuse BAD_PCRS selection=7:sha257 reason='sha257'~is~not~a~PCR~bank
tpm-keyring reseal
#: refuse BAD_SIZE size=63 reason=it~has~to~be~64
tpm-keyring add photos --target fscrypt --generate --mount /srv
#: refuse BAD_ARGUMENT argument=--mount reason=it~is~not~a~mount~point
tpm-keyring add photos --target fscrypt --generate --mount /srv
#: refuse BAD_RECOVERY_KEY reason=group~3~has~a~typo
tpm-keyring unlock
#: refuse BAD_MESSAGE reason=parameter~'x'~is~unknown
tpm-keyring unlock
#: refuse NOT_PERMITTED who=uid~1000 action=list~the~keys~of~all~users
tpm-keyring list --all
#: refuse WRONG_RECOVERY_KEY vault=archive
tpm-keyring unlock archive
#: refuse WRONG_LOGIN_PASSWORD what='/home/anna/.ecryptfs' command=import~ecryptfs
tpm-keyring list
#: refuse WRONG_PASSWORD vault=archive tries=,~after~5~more~wrong~ones~the~TPM~takes~none~for~a~while
tpm-keyring unlock archive
#: refuse PASSWORD_NEEDED vault=archive reason=
tpm-keyring unlock archive
#: refuse TOO_MANY_VAULTS owner=1000 count=16 limit=16
tpm-keyring vault create more
#: refuse TOO_MANY_PROTECTORS vault=archive count=16 limit=16
tpm-keyring protector add tpm2 --vault archive
#: refuse TOO_MANY_CONNECTIONS who=uid~1000 limit=8
tpm-keyring list
#: refuse WAS_LOCKED vault=default
tpm-keyring show home --secret
#: refuse RESCUE_MODE cause='rescue'~on~the~kernel~command~line
tpm-keyring unlock --all --when=boot
#: refuse TPM_UNAVAILABLE device=device:/dev/tpmrm0 reason=no~such~device
tpm-keyring unlock
#: refuse KEY_BELONGS_TO_OTHER_TPM vault=default
tpm-keyring unlock
#: refuse TPM_FAILED code=TPM_RC_FAILURE command=TPM2_Unseal reason=it~is~in~failure~mode
tpm-keyring unlock
#: refuse NOT_SUPPORTED what=target~ecryptfs reason=the~kernel~has~no~user~keys
tpm-keyring add home --target ecryptfs --generate
#: refuse PCR_BANK_EMPTY pcr=14 bank=sha256
tpm-keyring vault create more --tpm2-pcrs 14
#: refuse NO_SUCH_KEY name=hme
tpm-keyring show hme
#: refuse NO_SUCH_VAULT vault=archiv
tpm-keyring unlock archiv
#: refuse NO_SUCH_PROTECTOR vault=default protector=tpm2-9
tpm-keyring protector remove tpm2-9 --yes
#: refuse NO_TPM_PROTECTOR vault=default
tpm-keyring unlock
#: refuse NO_SUCH_MOUNT where=/srv/x table=/etc/tpm-keyring/mounttab
tpm-keyring unlock
#: refuse PROGRAM_FAILED program=mount reason=it~was~not~done~within~60~s~and~was~ended
tpm-keyring unlock
#: refuse NO_SUCH_DEVICE device=UUID=1234 volume=data reason=no~such~file~or~device
tpm-keyring volume check data
#: refuse VAULT_DAMAGED vault=default reason=its~checksum~does~not~match
tpm-keyring unlock
#: refuse VAULT_TOO_NEW vault=default found=3 known=1
tpm-keyring unlock
#: refuse VAULT_UNSAFE_FILE path=/var/lib/tpm-keyring/x reason=it~belongs~to~uid~1000
tpm-keyring unlock
#: refuse UNEXPECTED_PCR_STATE vault=default changed=PCR~7~changed~since~it~was~sealed
tpm-keyring unlock
#: refuse DOOR_CLOSED vault=default
tpm-keyring unlock
#: refuse OPEN_STATE_UNKNOWN pcr=15 path=/run/tpm-keyring/door
tpm-keyring vault create archive
#: refuse UNEXPECTED_VOLUME volume=data reason=its~LUKS~header~has~another~identity
tpm-keyring volume check data
#: refuse VOLUME_UNCHECKED volume=data seconds=120
tpm-keyring volume check data
#: refuse TPM_IN_LOCKOUT seconds=7200 vault=default
tpm-keyring unlock
#: refuse DAEMON_UNREACHABLE socket=/run/x reason=no
tpm-keyring unlock
#: refuse DEADLINE_EXCEEDED seconds=30
tpm-keyring unlock --all
#: refuse EXISTS what=key name=home
tpm-keyring add home --target user --generate
#: refuse VAULT_EXISTS vault=archive
tpm-keyring vault create archive
#: refuse LAST_PROTECTOR protector=tpm2-1 vault=default
tpm-keyring protector remove tpm2-1 --yes
#: refuse LAST_KEYSLOT slot=3 volume=data device=/dev/sdb1
tpm-keyring remove data --yes
#: refuse KEYSLOT_UNKNOWN volume=data reason=the~device~UUID=1~of~volume~'data'~is~not~there:~no~such~file~or~device
tpm-keyring remove data --yes
#: refuse VAULT_NOT_EMPTY vault=web count=1~key
tpm-keyring vault remove web --yes
#: refuse VAULT_NOT_EMPTY vault=archive count=3~keys
tpm-keyring vault remove archive --yes
# The next command is about the same user.
#: refuse UNEXPECTED_PCR_STATE vault=default changed=PCR~7~changed~since~it~was~sealed
tpm-keyring unlock --user 1000
#: refuse TPM_UNAVAILABLE device=device:/dev/tpmrm0 reason=no~such~device
tpm-keyring unlock --user 1000
