# Keys of volumes.
#: world volumes
tpm-keyring volume list
tpm-keyring volume list --json=short
tpm-keyring show data
tpm-keyring show swap
tpm-keyring list
tpm-keyring status
tpm-keyring volume check data
tpm-keyring volume check data --if-reachable
tpm-keyring volume check
#: world none
tpm-keyring volume check data
tpm-keyring volume check data --if-reachable
#: world home
tpm-keyring volume list
tpm-keyring remove photos --yes --leave-volume
# What add says before anything is asked or changed.
tpm-keyring add data --target luks
tpm-keyring add data --target luks --device /dev/sdb1
tpm-keyring add data --target luks --device /dev/sdb1 --key-file x
tpm-keyring add data --target user --device /dev/sdb1 --generate
tpm-keyring add tank --target zfs --generate
tpm-keyring add pool --target bcachefs --key-file x
tpm-keyring add pool --target bcachefs --uuid 1 
