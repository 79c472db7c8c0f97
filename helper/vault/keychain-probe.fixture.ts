/** Uses the device key as the helper does, and prints what came of each step; for tests of a real keychain. Never prints a key. */
import { createHash } from 'node:crypto'
import { KioskError } from '../../contract/kiosk-error.ts'
import { type DeviceKey, openDeviceKey } from './device-key.ts'

const [deviceId = '', ...steps] = process.argv.slice(2)

let deviceKey: DeviceKey | null = null

/** Two keys can be compared by it, and neither be learnt from it. */
function markOf(key: Buffer | null | undefined): string | null {
  return key ? createHash('sha256').update(key).digest('hex').slice(0, 16) : null
}

async function carryOut(step: string): Promise<unknown> {
  switch (step) {
    case 'auto':
    case 'keychain': {
      deviceKey = await openDeviceKey({ deviceId, wanted: step, credentialsFolder: undefined })
      const { source, reason, bytes } = deviceKey
      return { source, reason, mark: markOf(bytes) }
    }
    case 'put':
      return deviceKey?.oneTimeKeys?.put(Buffer.alloc(32, 7))
    case 'take':
      return markOf(await deviceKey?.oneTimeKeys?.take())
    case 'destroy':
      return deviceKey?.destroy()
    default:
      throw new Error(`no such step: ${step}`)
  }
}

const outcomes: unknown[] = []
for (const step of steps) {
  const startedAtMs = performance.now()
  const outcome = await carryOut(step).catch((error: unknown) => {
    if (error instanceof KioskError) return { code: error.code, message: error.message }
    throw error
  })
  outcomes.push({ outcome: outcome ?? null, tookMs: performance.now() - startedAtMs })
}
process.stdout.write(`${JSON.stringify(outcomes)}\n`)
