/** The record of an activation in the state folder. Never reads a damaged or foreign file as an activation. */
import { KioskError } from '../../contract/kiosk-error.ts'
import { checkStateFolder, readStateFile, writeStateFile } from '../state-file.ts'
import { type ActivationRecord, activationRecordSchema, type FoundActivation } from './activation-record.ts'

const FILE = 'activation.json'

export async function readActivationFile(stateFolder: string): Promise<FoundActivation> {
  try {
    // Whoever could change the folder could put an activation into it.
    await checkStateFolder(stateFolder)
  } catch (fault) {
    return { kind: 'unreadable', fault }
  }
  try {
    const content = await readStateFile(stateFolder, FILE)
    return content === undefined
      ? { kind: 'absent' }
      : { kind: 'record', record: activationRecordSchema.parse(content) }
  } catch (fault) {
    return { kind: 'damaged', fault }
  }
}

/** @throws KioskError `activation-not-recorded` */
export async function writeActivationFile(stateFolder: string, record: ActivationRecord): Promise<void> {
  try {
    await checkStateFolder(stateFolder)
    await writeStateFile(stateFolder, FILE, record)
  } catch (cause) {
    throw new KioskError('activation-not-recorded', `the activation cannot be kept in ${stateFolder}`, { cause })
  }
}
