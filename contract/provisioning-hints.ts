/** The operator’s hints for what an installer has to mend, but the device’s certificate, in the order of PROVISIONING_CODES. */
import type { DeviceCertificateCode, ProvisioningCode } from './kiosk-error.ts'
import type { OperatorHint } from './operator-hint.ts'

export const PROVISIONING_HINTS: Readonly<Record<Exclude<ProvisioningCode, DeviceCertificateCode>, OperatorHint>> = {
  'bundle-missing': {
    meaning: 'There is no kiosk.json in the bundle folder.',
    remedy:
      'Install the bundle in /etc/digital-receptionist. On a developer’s machine KIOSK_BUNDLE_DIR may name another folder; an ' +
      'installed kiosk takes no notice of it.',
  },
  'bundle-unreadable': {
    meaning: 'kiosk.json is there, but the helper’s account may not read it.',
    remedy: 'Let the helper’s account enter the bundle folder and read its files ("ls -l" shows whose they are).',
  },
  'bundle-not-json': {
    meaning: 'kiosk.json is empty or not JSON.',
    remedy:
      'Mend the file at the place that "kioskctl bundle check" names, or in an editor that marks faults in JSON. Often it ' +
      'is a comma too many or one missing, a typographic quotation mark, or a word without quotation marks.',
  },
  'bundle-invalid': {
    meaning: 'A setting in kiosk.json is missing, unknown or out of bounds.',
    remedy: 'Change the setting that "kioskctl state" names as it says. Every fault is listed at once.',
  },
  'bundle-file-missing': {
    meaning: 'A file that network.trustedCaFiles names cannot be read or holds no certificate.',
    remedy: 'Put the PEM file beside kiosk.json under the name listed, readable by the helper’s account.',
  },
  'bundle-unsigned': {
    meaning: 'This kiosk has a key for bundles, and its bundle holds no signature (bundle.jws).',
    remedy: 'Sign it with "kioskctl bundle sign", and install bundle.jws beside kiosk.json.',
  },
  'bundle-signature-invalid': {
    meaning:
      'The signature in bundle.jws is damaged, was made with another key or algorithm than the kiosk’s, or is not one ' +
      'of a bundle.',
    remedy:
      'Sign it with the private key that belongs to bundle-keys.json on the kiosk, or add the public key of the new one ' +
      'there, as root.',
  },
  'bundle-file-changed': {
    meaning: 'A file of the bundle was changed, added or taken away since it was signed.',
    remedy: 'Install all files of the signed bundle and no others, or sign it anew with a higher version.',
  },
  'bundle-version-old': {
    meaning: 'The bundle is well signed, but this kiosk has taken a newer one, or another one of the same version.',
    remedy: 'Sign the wanted bundle with a higher version, also where it goes back to earlier settings.',
  },
  'bundle-writable': {
    meaning: 'Others than root and the helper’s account may change a bundle that no signature guards.',
    remedy: 'Give folder and files to root with modes 0755 and 0644, or sign the bundle and install its public key.',
  },
  'bundle-state-unusable': {
    meaning: 'The helper cannot keep the highest version of the bundle it has taken, or cannot read what it kept.',
    remedy:
      'Let the folder KIOSK_STATE_DIR belong to the helper’s account with mode 0700 and room on its disk. Remove ' +
      'bundle-record.json there only if the installed bundle is the newest.',
  },
  'trust-unusable': {
    meaning: 'The keys that bundles are checked with cannot be trusted, cannot be read, or are gone.',
    remedy:
      'Let the folder KIOSK_TRUST_DIR and bundle-keys.json in it belong to root with modes 0755 and 0644, and hold public ' +
      'keys as "kioskctl bundle public-keys" prints them.',
  },
  'vault-not-tmpfs': {
    meaning: 'The vault’s folder is on a disk, or cannot be made or looked at; tokens are kept in memory only.',
    remedy:
      'Mount a tmpfs there, as the product’s mount unit does. On a developer’s machine KIOSK_RUNTIME_DIR may name a folder on ' +
      'one, such as below /run.',
  },
  'vault-wrong-owner': {
    meaning: 'The vault’s folder belongs to another account than the helper’s.',
    remedy:
      'Give the folder "vault" in KIOSK_RUNTIME_DIR to the helper’s account, or remove it: the helper makes it anew.',
  },
  'vault-wrong-mode': {
    meaning: 'Others may enter the vault’s folder, or it is a link or a file.',
    remedy: 'Set mode 0700 on the folder "vault" in KIOSK_RUNTIME_DIR, or remove it: the helper makes it anew.',
  },
  'vault-unsupported': {
    meaning: 'This system offers no kind of vault that the kiosk may use.',
    remedy: 'Run the helper on Linux with tmpfs or ramfs, on Windows or on macOS.',
  },
  'vault-swappable': {
    meaning: 'This machine swaps to a disk without encryption, so that secrets in memory could be written there.',
    remedy:
      'Turn swap off ("swapoff --all" and /etc/fstab), encrypt it, or mount the vault with "noswap" and run the helper ' +
      'with MemorySwapMax=0, as the product’s units do.',
  },
  'vault-hibernation': {
    meaning: 'This machine can hibernate to a disk without encryption, which would write all of its memory there.',
    remedy: 'Mask hibernate.target and hybrid-sleep.target and turn swap off, or encrypt the swap.',
  },
  'device-key-unusable': {
    meaning: 'The device key that the bundle asks for cannot be had, or what is in its place is no key.',
    remedy:
      'Unlock the keychain for the helper’s account, or give the helper a systemd credential "device-key" of at least ' +
      '32 random bytes, or set vault.deviceKey to "auto". Where this machine cannot open the one that it was given, seal it anew or ' +
      'remove it from /etc/credstore.encrypted.',
  },
  'environment-unsafe': {
    meaning:
      'The helper was started with a switch or a variable that could show its memory or its traffic to others, or that ' +
      'an installed kiosk takes no notice of, because it would lead it to another bundle or other keys.',
    remedy: 'Start it as ecosystem.config.js does, without the switch or variable that "kioskctl state" names.',
  },
}
