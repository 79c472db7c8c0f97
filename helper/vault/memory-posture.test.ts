import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, type TestContext } from 'vitest'
import { type MemoryPosture, postureFault, readMemoryPosture } from './memory-posture.ts'
import { makeSystemTree, procSwaps, type SystemTree } from './system-tree.fixture.ts'

const FOLDER = '/run/made-up/vault'

const MOUNTS = `
21 1 8:1 / / rw - ext4 /dev/sda1 rw
22 21 0:5 / /run rw - tmpfs tmpfs rw,size=10k
24 21 0:7 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
`
const VAULT_MOUNT = '23 22 0:6 / /run/made-up/vault rw - tmpfs vault rw,noswap\n'
const VAULT_ON_DISK = '23 22 8:2 / /run/made-up/vault rw - ext4 vault rw,noswap\n'
const SWAP_FILE_OF = (group: string) => `sys/fs/cgroup/${group}memory.swap.max`

const HIBERNATES = { 'sys/power/state': 'freeze mem disk\n', 'sys/power/disk': '[platform] shutdown reboot\n' }
const DISK_SWAP = { 'proc/swaps': procSwaps('/dev/sda2 partition') }

// Windows has no file names like 8:1, and no /proc to read.
describe.runIf(process.platform !== 'win32')('the posture', () => {
  let remove = async () => {}
  afterEach(() => remove())

  async function postureOf(files: SystemTree['files'], fileSystem: 'tmpfs' | 'ramfs' = 'tmpfs') {
    const tree = await makeSystemTree({
      files: { 'proc/self/mountinfo': MOUNTS, 'proc/swaps': procSwaps(), ...files },
      blockDevices: { sda2: {}, zram0: {} },
    })
    remove = tree.remove
    return readMemoryPosture(FOLDER, fileSystem, tree.root)
  }

  it.each<[string, 'tmpfs' | 'ramfs', string | null, boolean]>([
    ['a tmpfs with noswap', 'tmpfs', MOUNTS + VAULT_MOUNT, true],
    ['a folder on a tmpfs without', 'tmpfs', MOUNTS, false],
    ['mounts that do not agree', 'tmpfs', MOUNTS + VAULT_ON_DISK, false],
    ['mounts that cannot be read', 'tmpfs', null, false],
    ['a ramfs', 'ramfs', MOUNTS, true],
  ])('of %s', async (_what, fileSystem, mountinfo, noswap) => {
    expect(await postureOf({ 'proc/self/mountinfo': mountinfo }, fileSystem)).toMatchObject({ fileSystem, noswap })
  })

  it.each<[string, string | null, SystemTree['files'], MemoryPosture['processSwap']]>([
    ['no limit', '0::/kiosk.slice/helper.service\n', {}, 'possible'],
    [
      'its own limit of 0',
      '0::/kiosk.slice/helper.service\n',
      { [SWAP_FILE_OF('kiosk.slice/helper.service/')]: '0\n' },
      'never',
    ],
    ['its slice’s limit of 0', '0::/kiosk.slice/helper.service\n', { [SWAP_FILE_OF('kiosk.slice/')]: '0\n' }, 'never'],
    ['the limit of 0 of what its mount shows first', '0::/helper.service\n', { [SWAP_FILE_OF('')]: '0\n' }, 'never'],
    [
      'limits above 0',
      '0::/kiosk.slice/helper.service\n',
      { [SWAP_FILE_OF('kiosk.slice/helper.service/')]: '4096\n', [SWAP_FILE_OF('kiosk.slice/')]: 'max\n' },
      'possible',
    ],
    ['another group’s limit', '0::/kiosk.slice\n', { [SWAP_FILE_OF('kiosk.slice/other/')]: '0\n' }, 'possible'],
    ['a limit that cannot be read', '0::/kiosk.slice\n', { [SWAP_FILE_OF('kiosk.slice/')]: null }, 'possible'],
    ['a group out of sight', '0::/../other\n', { 'sys/fs/other/memory.swap.max': '0\n' }, 'possible'],
    ['version 1 only', '4:memory:/kiosk.slice\n', { [SWAP_FILE_OF('kiosk.slice/')]: '0\n' }, 'possible'],
    ['no groups', null, {}, 'possible'],
  ])('of a process with %s', async (_what, group, files, processSwap) => {
    expect(await postureOf({ 'proc/self/cgroup': group, ...files })).toMatchObject({ processSwap })
  })

  it('of a process in a part of the groups that is mounted alone', async () => {
    const mountinfo = MOUNTS.replace('0:7 /', '0:7 /kiosk.slice')
    const files = { 'proc/self/mountinfo': mountinfo, [SWAP_FILE_OF('')]: '0\n' }
    for (const [group, processSwap] of [
      ['/kiosk.slice', 'never'],
      ['/kiosk.slice/helper', 'never'],
      ['/kiosk.slice-two', 'possible'],
      ['/', 'possible'],
    ]) {
      expect(await postureOf({ ...files, 'proc/self/cgroup': `0::${group}\n` }), group).toMatchObject({ processSwap })
      await remove()
    }
    remove = async () => {}
  })

  it.each<[string, SystemTree['files'], MemoryPosture['hibernation']]>([
    ['a disk to hibernate to', { ...HIBERNATES, ...DISK_SWAP }, 'possible'],
    ['no swap', HIBERNATES, 'off'],
    ['swap in memory only', { ...HIBERNATES, 'proc/swaps': procSwaps('/dev/zram0 partition') }, 'off'],
    ['a kernel that only suspends', { ...HIBERNATES, ...DISK_SWAP, 'sys/power/state': 'freeze mem\n' }, 'off'],
    ['a kernel in lockdown', { ...HIBERNATES, ...DISK_SWAP, 'sys/power/disk': '[disabled]\n' }, 'off'],
    ['a kernel without power management', DISK_SWAP, 'off'],
    ['a kernel without hibernation', { ...DISK_SWAP, 'sys/power/state': 'freeze mem disk\n' }, 'off'],
    ['power files that cannot be read', { ...DISK_SWAP, 'sys/power/state': null, 'sys/power/disk': null }, 'possible'],
  ])('with %s', async (_what, files, hibernation) => {
    expect(await postureOf(files)).toMatchObject({ hibernation })
  })

  it('is the worst where nothing can be read', async () => {
    const paths = ['proc/self/mountinfo', 'proc/swaps', 'proc/self/cgroup', 'sys/power/state', 'sys/power/disk']
    expect(await postureOf(Object.fromEntries(paths.map((path) => [path, null])))).toEqual({
      fileSystem: 'tmpfs',
      noswap: false,
      swap: 'unencrypted',
      processSwap: 'possible',
      hibernation: 'possible',
    })
  })
})

describe('the fault of a posture', () => {
  const BAD: MemoryPosture = {
    fileSystem: 'tmpfs',
    noswap: false,
    swap: 'unencrypted',
    processSwap: 'possible',
    hibernation: 'off',
  }

  it.each<[string, Partial<MemoryPosture>, string, RegExp]>([
    ['hibernation first', { hibernation: 'possible' }, 'vault-hibernation', /hibernate/],
    [
      'hibernation whatever is locked',
      { hibernation: 'possible', noswap: true, processSwap: 'never' },
      'vault-hibernation',
      /hibernate/,
    ],
    ['vault and helper', {}, 'vault-swappable', /vault’s file system.*, and the helper’s own memory/],
    [
      'the vault alone',
      { processSwap: 'never' },
      'vault-swappable',
      /^the vault’s file system is mounted without noswap:/,
    ],
    ['the helper alone', { noswap: true }, 'vault-swappable', /^the helper’s own memory/],
  ])('names %s', (_what, change, code, message) => {
    expect(postureFault({ ...BAD, ...change })).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it.each<[string, Partial<MemoryPosture>]>([
    ['without swap', { swap: 'none' }],
    ['with encrypted swap, even to hibernate', { swap: 'encrypted', hibernation: 'possible' }],
    ['with all secrets locked in memory', { noswap: true, processSwap: 'never' }],
  ])('is none %s', (_what, change) => {
    expect(postureFault({ ...BAD, ...change })).toBeNull()
  })
})

/** Mounts in a mount namespace of its own, which ends with the process, and prints the posture seen from there. */
async function postureOnMount(context: TestContext, type: 'tmpfs' | 'ramfs', options: string): Promise<MemoryPosture> {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-mount-'))
  const module = pathToFileURL(join(import.meta.dirname, 'memory-posture.ts')).href
  const script = `
    const { readMemoryPosture } = await import(${JSON.stringify(module)})
    console.log(JSON.stringify(await readMemoryPosture(...process.argv.slice(1))))`
  const shell = 'mount -t "$1" -o "$2" kiosk-test "$3" && exec "$4" --input-type=module --eval "$5" "$3" "$1"'
  const args = ['--mount', 'sh', '-c', shell, 'sh', type, options, folder, process.execPath, script]
  try {
    const { stdout } = await promisify(execFile)('unshare', args)
    return JSON.parse(stdout) as MemoryPosture
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    if (/permitted|denied|must be superuser/i.test(stderr ?? '')) context.skip('this account may not mount')
    throw error
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Linux 6.4 brought `noswap`. */
function knowsNoswap(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number)
  return major > 6 || (major === 6 && minor >= 4)
}

describe.runIf(process.platform === 'linux')('this machine', () => {
  it('has a posture', async () => {
    const posture = await readMemoryPosture('/dev/shm', 'tmpfs')
    expect(posture).toMatchObject({ fileSystem: 'tmpfs', noswap: false })
    expect(['none', 'encrypted', 'unencrypted']).toContain(posture.swap)
  })

  it('locks a tmpfs with noswap in memory', async (context) => {
    if (!knowsNoswap()) context.skip('this kernel is older than noswap (6.4)')
    expect(await postureOnMount(context, 'tmpfs', 'noswap,size=1m')).toMatchObject({ noswap: true })
  })

  it('does not lock a tmpfs without it', async (context) => {
    expect(await postureOnMount(context, 'tmpfs', 'size=1m')).toMatchObject({ noswap: false })
  })

  it('locks a ramfs', async (context) => {
    expect(await postureOnMount(context, 'ramfs', 'mode=0700')).toMatchObject({ fileSystem: 'ramfs', noswap: true })
  })
})
