/** The operator’s hints for faults between the processes of one kiosk, in the order of LINK_CODES. They never reach the screen. */
import type { LINK_CODES } from './kiosk-error.ts'
import type { OperatorHint } from './operator-hint.ts'

export const LINK_HINTS: Readonly<Record<(typeof LINK_CODES)[number], OperatorHint>> = {
  'link-in-use': {
    meaning: 'Another process answers on the helper’s socket, so this helper ends.',
    remedy: 'Stop the other helper; "ss -xlp" shows which process holds link/helper.sock in KIOSK_RUNTIME_DIR.',
  },
  'link-path-too-long': {
    meaning: 'The path of the helper’s socket is longer than a Unix socket’s may be.',
    remedy: 'Set KIOSK_RUNTIME_DIR to a shorter path.',
  },
  'link-key-missing': {
    meaning: 'The key for the helper’s socket cannot be read.',
    remedy: 'Run kioskctl as root or as the helper’s account, with the helper’s --runtime-dir, while the helper runs.',
  },
  'link-hello-refused': {
    meaning: 'A process at one end of the helper’s socket did not prove that it holds the key of this start.',
    remedy:
      'Install helper and shell in the same version and restart both. If it comes again, "ss -xp" shows who ' +
      'connects: it may be an intruder.',
  },
  'link-message-invalid': {
    meaning: 'A message on the helper’s socket is not one that this version knows.',
    remedy: 'Install helper, shell and kioskctl in the same version and restart both processes.',
  },
  'link-message-too-large': {
    meaning: 'A message on the helper’s socket was longer than any may be, so its sender was cut off.',
    remedy: 'Install helper and shell in the same version. If it comes again, "ss -xp" shows who connects.',
  },
  'link-closed': {
    meaning: 'No helper answers on its socket, or it went away.',
    remedy: 'Check that the helper runs and that --runtime-dir is its folder; its log says why it ended.',
  },
  'command-not-allowed': {
    meaning:
      'Something was asked of the helper that only the screen may ask, such as to confirm that a person is present.',
    remedy: 'Press it at the kiosk’s screen: no technician’s tool can.',
  },
  'link-folder-unsafe': {
    meaning: 'The folder of the helper’s socket, or the one that it lies in, belongs to or can be changed by others.',
    remedy: 'Give KIOSK_RUNTIME_DIR and the folder "link" in it to the helper’s account, writable by nobody else.',
  },
  'environment-invalid': {
    meaning: 'An environment variable of the helper is wrong; the log names it.',
    remedy:
      'Set KIOSK_BUNDLE_DIR, KIOSK_RUNTIME_DIR and KIOSK_STATE_DIR to absolute paths and KIOSK_MEMORY_LIMIT_MIB to a ' +
      'number, or leave them unset, and start the helper again.',
  },
  'keychain-unavailable': {
    meaning: 'The system’s keychain is absent, locked or does not answer.',
    remedy:
      'Nothing, where the kiosk has none: a planned restart ends the session then. Else unlock it for the helper.',
  },
  'vault-record-damaged': {
    meaning: 'What lies in the vault was not sealed by this session, or was cut short.',
    remedy:
      'Nothing the first time: that session ends. If it comes again, find out what else writes into the vault’s ' +
      'folder.',
  },
  'vault-record-too-large': {
    meaning: 'The provider’s tokens are larger than any record of the vault may be.',
    remedy: 'Let the provider put fewer claims into its tokens, such as by leaving out groups.',
  },
  'vault-handover-refused': {
    meaning: 'A session that a planned restart handed over was late, copied, damaged or not ours, so it ended.',
    remedy:
      'Nothing the first time. If it comes again without a restart, find out what writes into the vault’s folder.',
  },
  'vault-wipe-unproven': {
    meaning: 'After a wipe something could still be read, so the helper ended itself: what is left is dead without it.',
    remedy: 'Look at the vault’s folder and at the keychain as the log names them; the next start wipes them again.',
  },
  'technician-secret-unusable': {
    meaning: 'What is installed as this device’s technician secret is none, or others could read it.',
    remedy:
      'Make it with "fleetctl technician-secret" and install it as the systemd credential "technician-secret", or as the ' +
      'file "technician.secret" in KIOSK_STATE_DIR: the helper’s own, mode 0600. No restart is needed for the file.',
  },
  'technician-state-unusable': {
    meaning: 'Wrong technician codes cannot be counted in KIOSK_STATE_DIR, so no technician is let in at the screen.',
    remedy:
      'Give the helper’s account a folder of its own on a disk with space left, mode 0700: /var/lib/digital-receptionist, ' +
      'or what KIOSK_STATE_DIR names.',
  },
  'activation-not-recorded': {
    meaning:
      'The kiosk was activated, but that cannot be kept in KIOSK_STATE_DIR. It tries again every half minute, and when it ' +
      'stops; where that fails, it is not activated after a restart.',
    remedy:
      'Look at owner, mode and free space of /var/lib/digital-receptionist, or of what KIOSK_STATE_DIR names, before the ' +
      'helper restarts; else let somebody who may activate it sign in again.',
  },
  'bundle-key-unusable': {
    meaning: 'The private key that a bundle was to be signed with cannot be used.',
    remedy: 'Name the file that "kioskctl bundle keygen" wrote; it must be readable by its owner alone (mode 0600).',
  },
  'audit-unusable': {
    meaning:
      'The audit trail cannot be kept: its folder below the state folder is missing, can be changed by others, or holds something that is none of its files. Sign-ins go on; what happens meanwhile waits in memory, and what does not fit is counted.',
    remedy:
      'Give the state folder (KIOSK_STATE_DIR) and the folder "audit" in it to the helper’s account alone, mode 0700, on a disk with room; the log names what is wrong. The trail goes on by itself.',
  },
}
