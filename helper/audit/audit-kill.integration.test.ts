import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditFolderOf } from './audit-folder.ts'
import { LOOKED, makeAuditStage, STARTED } from './audit-stage.fixture.ts'

const run = promisify(execFile)

describe('a helper that is killed with kill -9 while it writes', () => {
  let work: string
  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiosk-audit-kill-'))
  })
  afterEach(() => rm(work, { recursive: true }))

  /** @returns the last line that it called durable */
  async function writeUntilKilled(lines: number): Promise<number> {
    const program = join(import.meta.dirname, 'busy-writer.fixture.ts')
    const child = spawn(process.execPath, [program, work], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    for await (const chunk of child.stdout.setEncoding('latin1')) {
      said += chunk
      if (said.split('\n').length > lines && !child.killed) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    return Number(said.split('\n').at(-2))
  }

  it('loses nothing that it called durable, and leaves a trail that the next one goes on with', async () => {
    const stage = makeAuditStage(work)
    let last = 0
    for (let round = 1; round <= 5; round += 1) {
      const durable = await writeUntilKilled(7 * round)
      expect(durable).toBeGreaterThan(last)
      const { faults, head } = await stage.judge()
      expect(faults).toEqual([])
      expect(head?.sequence).toBeGreaterThanOrEqual(durable)
      last = durable
    }
    expect((await readdir(auditFolderOf(work))).length).toBeLessThanOrEqual(5)
    await stage.write(LOOKED)
    expect(await stage.faults()).toEqual([])
    expect(stage.left.at(-1)?.helper).toBe('runs')
  })
})

/** A file system that is as small as it is told; needs an account that may mount. */
async function mountSmall(folder: string, sizeKib: number): Promise<() => Promise<unknown>> {
  await mkdir(folder, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeKib}k,mode=0700`, 'kiosk-audit', folder])
  return () => run('umount', ['--lazy', folder])
}

const MAY_MOUNT = process.platform === 'linux' && process.getuid?.() === 0

describe.skipIf(!MAY_MOUNT)('a full disk', () => {
  let work: string
  let unmount: () => Promise<unknown>
  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiosk-audit-disk-'))
    unmount = await mountSmall(work, 256)
  })
  afterEach(async () => {
    await unmount()
    await rm(work, { recursive: true })
  })

  async function fill(): Promise<void> {
    const { bavail, bsize } = await statfs(work)
    await writeFile(join(work, 'ballast'), Buffer.alloc(bavail * bsize))
  }

  it('holds nobody up; what waits is written, and what was lost is counted, as soon as there is room', async () => {
    const stage = makeAuditStage(work)
    const trail = stage.open()
    expect(await trail.record(STARTED)).toBe('durable')
    await fill()
    const recorded = await Promise.all(Array.from({ length: 700 }, () => trail.record(LOOKED)))
    expect(recorded).toContain('late')
    expect(await stage.faults()).toEqual([])
    await rm(join(work, 'ballast'))
    await expect.poll(() => stage.events()).toContain('audit.events-lost')
    await trail.close()
    const { faults, lines } = await stage.judge()
    expect(faults).toEqual([])
    const kept = lines.filter(({ record }) => record.event === 'technician.looked').length
    const lost = lines.map(({ record }) => (record.event === 'audit.events-lost' ? record.count : 0))
    expect(kept + lost.reduce((sum, count) => sum + count)).toBe(700)
    expect(stage.logged).toEqual(expect.arrayContaining(['audit.not-written', 'audit.written-again']))
  })

  it('that filled in the middle of a line leaves no half of it', async () => {
    const stage = makeAuditStage(work)
    const trail = stage.open()
    await trail.record(STARTED)
    const hundred = () => Promise.all(Array.from({ length: 100 }, () => trail.record(LOOKED)))
    // Some batch meets the end of the disk.
    while (!(await hundred()).includes('late')) expect(stage.logged).toEqual([])
    await trail.close()
    expect(stage.logged).toEqual(expect.arrayContaining(['audit.not-written', 'audit.lost-at-stop']))
    expect(await stage.faults()).toEqual([])
    expect((await stage.judge()).notes.map(({ kind }) => kind)).not.toContain('unfinished')
  })
})
