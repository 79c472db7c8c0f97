/** A vault in the wrong place, or one that is full. */
import { rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Drill, DrillOutcome, DrillTools } from './drill.ts'
import { findLeftovers } from './look-afterwards.ts'
import { until } from './within.ts'

const TMPFS_MAGIC = 0x01021994

/** Newer systems have /tmp in memory; the checkout is on a disk then. */
async function findDisk(): Promise<string> {
  for (const folder of [tmpdir(), '/var/tmp', process.cwd()]) {
    if ((await statfs(folder)).type !== TMPFS_MAGIC) return folder
  }
  throw new Error('no folder on a disk: set TMPDIR to one')
}

async function playDisk(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk({ runtimeParent: await findDisk() })
  const { problems } = await kiosk.screen.until('unprovisioned')
  const codes = problems.map(({ code }) => code)
  if (!codes.includes('vault-not-tmpfs')) throw new Error(`a vault on a disk is answered with ${codes.join()}`)
  const leaks = kiosk.provider.requests.length === 0 ? [] : ['the provider was asked all the same']
  return { times: 1, readable: 'nothing', leaks, lost: [], note: 'refused; the provider is never asked' }
}

const TOKEN_LIFE_SECONDS = 4

/** Fills the private megabyte to its last byte; the file ends where the space does. */
async function fill(folder: string): Promise<string> {
  const path = join(folder, 'ballast')
  const error = await writeFile(path, Buffer.alloc(2 * 1024 * 1024)).catch((cause: NodeJS.ErrnoException) => cause)
  if (error?.code !== 'ENOSPC') throw new Error('the vault has no megabyte of its own: this drill needs root')
  return path
}

async function playFull(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk({ accessTokenLifetimeSeconds: TOKEN_LIFE_SECONDS })
  await kiosk.screen.until('awaitingApproval')
  const ballast = await fill(kiosk.vault)
  await kiosk.approve()
  const trouble = await kiosk.screen.until('trouble')
  if (trouble.code !== 'vault-unavailable') throw new Error(`a full vault is answered with ${trouble.code}`)
  const isRevoked = () => kiosk.provider.requests.some(({ endpoint }) => endpoint === 'revocation')
  await until('the revocation', isRevoked)
  await rm(ballast)
  const leaks = await findLeftovers(kiosk, 'full at a sign-in', null)

  await kiosk.signIn()
  await fill(kiosk.vault)
  await kiosk.screen.until('ended')
  leaks.push(...(await findLeftovers(kiosk, 'full at a renewal', null)))
  return { times: 2, readable: 'nothing', leaks, lost: [], note: 'said so, tokens revoked, goes on once there is room' }
}

export const PLACE_DRILLS: readonly Drill[] = [
  { name: 'disk instead of tmpfs', play: playDisk },
  { name: 'full tmpfs', needs: 'root', play: playFull },
]
