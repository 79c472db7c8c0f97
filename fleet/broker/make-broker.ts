/** Makes the broker's configuration files from their settings. Never replaces good ones by some that mosquitto refuses. */
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import { Refusal, wordsOf } from '../refusal.ts'
import { askMosquitto } from './ask-mosquitto.ts'
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
async function trial(settings: BrokerSettings, mosquittoPath: string): Promise<null | 'missing' | string> {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-broker-'))
  try {
    const files = {
      deviceRightsFile: join(folder, DEVICE_RIGHTS_FILE),
      operatorRightsFile: join(folder, OPERATOR_RIGHTS_FILE),
    }
    const rendered = renderBroker({ ...settings, folders: { persistence: folder } }, files)
    await writeFile(files.deviceRightsFile, rendered.deviceRights)
    await writeFile(files.operatorRightsFile, rendered.operatorRights)
    return await askMosquitto(mosquittoPath, folder, rendered.configuration)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function replace(path: string, content: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`
  await writeFile(fresh, content, { mode: 0o644 })
  await rename(fresh, path)
}

/**
 * @param outFile the lists of rights go beside it
 * @returns whether there is a mosquitto on this machine, which has started with it
 * @throws Refusal with every fault that was found
 */
export async function makeBroker(options: {
  settingsFile: string
  outFile: string
  mosquittoPath: string
}): Promise<{ isCheckedByMosquitto: boolean }> {
  const { settingsFile, outFile, mosquittoPath } = options
  const settings = await readSettings(settingsFile)
  const verdict = await trial(settings, mosquittoPath)
  if (verdict !== null && verdict !== 'missing') refuse(settingsFile, [verdict])
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
  } catch (error) {
    throw new Refusal(`${outFile} cannot be written: ${wordsOf(error)}`)
  }
  return { isCheckedByMosquitto: verdict === null }
}
