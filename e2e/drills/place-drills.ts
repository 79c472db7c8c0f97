/** A vault in the wrong place, or one that is full. */
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Drill, DrillOutcome, DrillTools } from './drill.ts'
import { findLeftovers } from './look-afterwards.ts'

async function playDisk(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk({ runtimeParent: tmpdir() })
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
  while (!isRevoked()) await new Promise((resolve) => setTimeout(resolve, 10))
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
