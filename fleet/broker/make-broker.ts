/** Makes the broker's configuration files from their settings. Never replaces good ones by some that mosquitto refuses. */
import { chmod, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import { Refusal, wordsOf } from '../refusal.ts'
import { askMosquitto, type TrialVerdict } from './ask-mosquitto.ts'
import { type BrokerSettings, checkBrokerSettings } from './broker-settings.ts'
import { renderBroker } from './render-broker.ts'

const DEVICE_RIGHTS_FILE = 'device-rights.acl'
const OPERATOR_RIGHTS_FILE = 'operator-rights.acl'

function refuse(path: string, faults: readonly string[]): never {
  throw new Refusal([`${path} has faults:`, ...faults.map((fault) => `  ${fault}`)].join('\n'))
}

const inWords = ({ path, what, remedy }: ConfigFault) => `${path || 'it'} ${what}. ${remedy}`

async function readSettings(path: string): Promise<BrokerSettings> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Refusal(`${path} cannot be read: ${wordsOf(error)}`)
  })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    return refuse(path, [`it is no JSON: ${wordsOf(error)}`])
  }
  const checked = checkBrokerSettings(content)
  return checked.ok ? checked.settings : refuse(path, checked.faults.map(inWords))
}

/** Its trial listens on this machine alone, where nothing else does, and keeps nothing. */
async function trial(settings: BrokerSettings, mosquittoPath: string): Promise<TrialVerdict> {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-broker-'))
  try {
    const files = {
      deviceRightsFile: join(folder, DEVICE_RIGHTS_FILE),
      operatorRightsFile: join(folder, OPERATOR_RIGHTS_FILE),
    }
    const rendered = renderBroker({ ...settings, folders: { persistence: folder } }, files)
    // Started by root mosquitto becomes the account that serves, which must get as far as these; no secret is in them.
    await chmod(folder, 0o755)
    await writeFile(files.deviceRightsFile, rendered.deviceRights, { mode: 0o644 })
    await writeFile(files.operatorRightsFile, rendered.operatorRights, { mode: 0o644 })
    return await askMosquitto(mosquittoPath, folder, rendered.configuration)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function noticesOf({ operators }: BrokerSettings): string[] {
  if (operators.websocketsListen === undefined) return []
  return [
    'mosquitto before 2.1 takes no notice of operators.crlFile at operators.websocketsListen: leave that listener out, which the fleet page does not need, or take an operator who leaves out of operators.names',
  ]
}

/** On the disk before it takes the other's place: a power cut leaves the old file or the new one, and never half of it. */
async function replace(path: string, content: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`
  const file = await open(fresh, 'w', 0o644)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, path)
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * @param outFile the lists of rights go beside it
 * @returns whether there is a mosquitto on this machine, which has started with it; and what its operator should know
 * @throws Refusal with every fault that was found
 */
export async function makeBroker(options: {
  settingsFile: string
  outFile: string
  mosquittoPath: string
}): Promise<{ isCheckedByMosquitto: boolean; notices: readonly string[] }> {
  const { settingsFile, outFile, mosquittoPath } = options
  const settings = await readSettings(settingsFile)
  const verdict = await trial(settings, mosquittoPath)
  if (verdict.kind === 'faulty') refuse(settingsFile, [verdict.what])
  const folder = dirname(outFile)
  const files = {
    deviceRightsFile: join(folder, DEVICE_RIGHTS_FILE),
    operatorRightsFile: join(folder, OPERATOR_RIGHTS_FILE),
  }
  const rendered = renderBroker(settings, files)
  try {
    await replace(files.deviceRightsFile, rendered.deviceRights)
    await replace(files.operatorRightsFile, rendered.operatorRights)
    await replace(outFile, rendered.configuration)
    await syncFolder(folder)
  } catch (error) {
    throw new Refusal(`${outFile} cannot be written: ${wordsOf(error)}`)
  }
  return { isCheckedByMosquitto: verdict.kind === 'starts', notices: noticesOf(settings) }
}
