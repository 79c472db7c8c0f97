import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readMountTable } from './mount-table.ts'
import { type ActiveSwap, readActiveSwap } from './swap-devices.ts'
import { type BlockDevice, makeSystemTree, procSwaps, type SystemTree } from './system-tree.fixture.ts'

const LUKS = 'CRYPT-LUKS2-2f3a7c0e9d144b0fa0b0e5a1c2d3e4f5-swap'

const MOUNTS = [
  '21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '22 21 0:30 / /pool rw,relatime - btrfs /dev/dm-0 rw,subvolid=5',
  '23 21 254:0 / /mnt/two\\040words rw,relatime - ext4 /dev/dm-0 rw',
].join('\n')

const NONE: ActiveSwap = { swap: 'none', takesHibernation: false }
const IN_MEMORY = NONE
const ENCRYPTED: ActiveSwap = { swap: 'encrypted', takesHibernation: true }
const UNENCRYPTED: ActiveSwap = { swap: 'unencrypted', takesHibernation: true }

// Windows has no file names like 8:1, and no /proc to read.
describe.runIf(process.platform !== 'win32')('the active swap', () => {
  let remove = async () => {}
  afterEach(() => remove())

  async function swapOf({ files, ...rest }: SystemTree): Promise<ActiveSwap> {
    const tree = await makeSystemTree({ files: { 'proc/self/mountinfo': MOUNTS, ...files }, ...rest })
    remove = tree.remove
    return readActiveSwap(tree.root, await readMountTable(join(tree.root, 'proc/self/mountinfo')))
  }

  it.each<[string, string[], Record<string, BlockDevice>, ActiveSwap]>([
    ['nothing', [], {}, NONE],
    ['a partition', ['/dev/sda2 partition'], { sda: {}, sda2: {} }, UNENCRYPTED],
    ['LUKS', ['/dev/dm-0 partition'], { sda2: {}, 'dm-0': { dmUuid: LUKS, slaves: ['sda2'] } }, ENCRYPTED],
    ['a plain mapping', ['/dev/dm-0 partition'], { 'dm-0': { dmUuid: 'CRYPT-PLAIN-cryptswap' } }, ENCRYPTED],
    [
      'LVM over LUKS',
      ['/dev/dm-1 partition'],
      { sda2: {}, 'dm-0': { dmUuid: LUKS, slaves: ['sda2'] }, 'dm-1': { dmUuid: 'LVM-vgswap', slaves: ['dm-0'] } },
      ENCRYPTED,
    ],
    [
      'LVM over LUKS and a bare disk',
      ['/dev/dm-1 partition'],
      { sdb: {}, 'dm-0': { dmUuid: LUKS }, 'dm-1': { dmUuid: 'LVM-vgswap', slaves: ['dm-0', 'sdb'] } },
      UNENCRYPTED,
    ],
    [
      'a mirror of two LUKS devices',
      ['/dev/md0 partition'],
      { 'dm-0': { dmUuid: LUKS }, 'dm-1': { dmUuid: LUKS }, md0: { slaves: ['dm-0', 'dm-1'] } },
      ENCRYPTED,
    ],
    [
      'dm-integrity, which cryptsetup names CRYPT- too',
      ['/dev/dm-0 partition'],
      { sda2: {}, 'dm-0': { dmUuid: 'CRYPT-INTEGRITY-swap', slaves: ['sda2'] } },
      UNENCRYPTED,
    ],
    [
      'devices in a loop',
      ['/dev/dm-0 partition'],
      { 'dm-0': { slaves: ['dm-1'] }, 'dm-1': { slaves: ['dm-0'] } },
      UNENCRYPTED,
    ],
    ['a device that /sys does not know', ['/dev/sdz9 partition'], {}, UNENCRYPTED],
    ['a device outside /dev', ['/tmp/dm-0 partition'], { 'dm-0': { dmUuid: LUKS } }, UNENCRYPTED],
    ['zram', ['/dev/zram0 partition'], { zram0: {} }, IN_MEMORY],
    ['zram with no disk behind it', ['/dev/zram0 partition'], { zram0: { backingDevice: 'none' } }, IN_MEMORY],
    [
      'zram with a disk behind it',
      ['/dev/zram0 partition'],
      { sda3: {}, zram0: { backingDevice: '/dev/sda3' } },
      { swap: 'unencrypted', takesHibernation: false },
    ],
    [
      'zram with LUKS behind it',
      ['/dev/zram0 partition'],
      { 'dm-0': { dmUuid: LUKS }, zram0: { backingDevice: '/dev/dm-0' } },
      { swap: 'encrypted', takesHibernation: false },
    ],
    ['zram and a disk', ['/dev/zram0 partition', '/dev/sda2 partition'], { zram0: {}, sda2: {} }, UNENCRYPTED],
    [
      'zram and LUKS',
      ['/dev/zram0 partition', '/dev/dm-0 partition'],
      { zram0: {}, 'dm-0': { dmUuid: LUKS } },
      ENCRYPTED,
    ],
    [
      'LUKS and a disk',
      ['/dev/dm-0 partition', '/dev/sda2 partition'],
      { 'dm-0': { dmUuid: LUKS }, sda2: {} },
      UNENCRYPTED,
    ],
    ['a file on a bare disk', ['/swap.img file'], { sda1: { number: '8:1' } }, UNENCRYPTED],
    ['a file on LUKS', ['/swap.img file'], { 'dm-0': { number: '8:1', dmUuid: LUKS } }, ENCRYPTED],
    [
      'a file whose path has spaces, on LUKS',
      ['/mnt/two\\040words/swap file'],
      { sda1: { number: '8:1' }, 'dm-0': { number: '254:0', dmUuid: LUKS } },
      ENCRYPTED,
    ],
    ['a file on btrfs', ['/pool/swap file'], { 'dm-0': { number: '0:30', dmUuid: LUKS } }, UNENCRYPTED],
    ['a file on what /sys does not know', ['/swap.img file'], {}, UNENCRYPTED],
    ['a kind of swap that nobody knows', ['/dev/dm-0 cloud'], { 'dm-0': { dmUuid: LUKS } }, UNENCRYPTED],
  ])('on %s', async (_what, swaps, blockDevices, expected) => {
    expect(await swapOf({ files: { 'proc/swaps': procSwaps(...swaps) }, blockDevices })).toEqual(expected)
  })

  it.each<[string, SystemTree['files'], ActiveSwap]>([
    ['a kernel without swap', { 'proc/meminfo': 'MemTotal: 1 kB\n' }, NONE],
    ['a /proc that shows processes only', {}, UNENCRYPTED],
    ['a list that cannot be read', { 'proc/swaps': null, 'proc/meminfo': 'MemTotal: 1 kB\n' }, UNENCRYPTED],
    ['a list that is none', { 'proc/swaps': 'out of order\n' }, UNENCRYPTED],
    ['an empty list', { 'proc/swaps': '' }, UNENCRYPTED],
    ['a list with a line that says nothing', { 'proc/swaps': `${procSwaps()}\n?\n` }, UNENCRYPTED],
  ])('told by %s', async (_what, files, expected) => {
    expect(await swapOf({ files })).toEqual(expected)
  })

  it('is unencrypted where zram does not say what is behind it', async () => {
    const files = { 'proc/swaps': procSwaps('/dev/zram0 partition'), 'sys/devices/zram0/backing_dev': null }
    expect(await swapOf({ files, blockDevices: { zram0: {} } })).toMatchObject({ swap: 'unencrypted' })
  })
})
