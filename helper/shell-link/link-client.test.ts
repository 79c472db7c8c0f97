import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { LINK_FILES } from '../../contract/link-protocol.ts'
import { openTechnicianLink } from './link-client.ts'

it.runIf(process.platform !== 'win32')('a technician’s tool is not held up by a pipe in the key’s place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-link-'))
  try {
    const key = join(folder, LINK_FILES.technicianKey)
    mkdirSync(dirname(key), { recursive: true })
    expect(spawnSync('mkfifo', [key]).status).toBe(0)
    await expect(openTechnicianLink(folder)).rejects.toMatchObject({ code: 'link-closed' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
