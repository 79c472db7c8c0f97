/** Makes the gateway's configuration file from its settings. Never replaces a good one by one that nginx refuses. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import { Refusal, wordsOf } from '../refusal.ts'
import { askNginx } from './ask-nginx.ts'
import { lookAtCertificates } from './certificate-files.ts'
import { type ListedDevice, readDeviceList } from './device-list.ts'
import { checkGatewaySettings, type GatewaySettings } from './gateway-settings.ts'
import { renderGateway } from './render-gateway.ts'

const TEMPLATE = join(import.meta.dirname, 'nginx.conf.template')

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Refusal(`${path} cannot be read: ${wordsOf(error)}`)
  })
}

function refuse(path: string, faults: readonly string[]): never {
  throw new Refusal([`${path} has faults:`, ...faults.map((fault) => `  ${fault}`)].join('\n'))
}

const inWords = ({ path, what, remedy }: ConfigFault) => `${path || 'it'} ${what}. ${remedy}`

async function readSettings(path: string): Promise<GatewaySettings> {
  const text = await readText(path)
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    return refuse(path, [`it is no JSON: ${wordsOf(error)}`])
  }
  const checked = checkGatewaySettings(content)
  return checked.ok ? checked.settings : refuse(path, checked.faults.map(inWords))
}

async function readDevices(path: string): Promise<ListedDevice[]> {
  const read = readDeviceList(await readText(path))
  return read.ok
    ? read.devices
    : refuse(
        path,
        read.faults.map(({ line, what }) => `line ${line} ${what}`),
      )
}

/** nginx makes its own folders below these, and not these. */
async function makeFolders({ folders }: GatewaySettings): Promise<void> {
  for (const folder of [folders.run, folders.log]) {
    await mkdir(folder, { recursive: true, mode: 0o755 }).catch((error: unknown) => {
      throw new Refusal(`${folder} cannot be made: ${wordsOf(error)}`)
    })
  }
}

export type MadeGateway = {
  devices: readonly ListedDevice[]
  /** What will keep the gateway from working soon. */
  warnings: readonly string[]
  /** False where there is no nginx on this machine, which then has to judge where there is one. */
  isCheckedByNginx: boolean
}

/**
 * @param outFile replaced as a whole, once everything is in order
 * @throws Refusal with every fault that was found
 */
export async function makeGateway(options: {
  settingsFile: string
  outFile: string
  nginxPath: string
  now: Date
}): Promise<MadeGateway> {
  const { settingsFile, outFile, nginxPath, now } = options
  const settings = await readSettings(settingsFile)
  const devices = await readDevices(settings.devices.listFile)
  const { faults, warnings } = await lookAtCertificates(settings, now)
  if (faults.length > 0) refuse(settingsFile, faults)
  let text: string
  try {
    text = renderGateway(await readText(TEMPLATE), settings, devices)
  } catch (error) {
    if (error instanceof TypeError) return refuse(settingsFile, [error.message])
    throw error
  }
  await makeFolders(settings)
  const fresh = join(dirname(outFile), `.gateway-${process.pid}.conf`)
  try {
    await writeFile(fresh, text, { mode: 0o644 })
    const verdict = await askNginx(nginxPath, fresh)
    if (verdict !== null && verdict !== 'missing') refuse(settingsFile, [verdict])
    await rename(fresh, outFile)
    return { devices, warnings, isCheckedByNginx: verdict === null }
  } catch (error) {
    await rm(fresh, { force: true })
    throw error instanceof Refusal ? error : new Refusal(`${outFile} cannot be written: ${wordsOf(error)}`)
  }
}
