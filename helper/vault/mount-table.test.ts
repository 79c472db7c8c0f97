import { describe, expect, it } from 'vitest'
import { findMount, readMountTable } from './mount-table.ts'
import { makeSystemTree } from './system-tree.fixture.ts'

const MOUNTINFO = `
21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
22 21 0:5 / /run rw,nosuid shared:2 master:3 - tmpfs tmpfs rw,size=10k
23 22 0:6 / /run/kiosk/vault rw,noexec - tmpfs vault rw,size=1024k,noswap
24 22 0:7 / /run/kiosk\\040two rw - tmpfs  rw,mode=700
25 21 0:8 / /stack rw - tmpfs below rw
26 25 0:9 / /stack rw - tmpfs above rw,noswap
27 21 0:10 / /hidden rw - tmpfs below rw
28 27 0:11 / /hidden/deep rw - tmpfs deep rw,noswap
29 27 0:12 / /hidden rw - tmpfs above rw
30 30 0:13 / /itself rw - tmpfs itself rw
this is no mount
31 21 0:14
`

async function mountsOf(text: string) {
  const tree = await makeSystemTree({ files: { 'proc/self/mountinfo': text } })
  try {
    return await readMountTable(`${tree.root}/proc/self/mountinfo`)
  } finally {
    await tree.remove()
  }
}

describe('the mount of a path', () => {
  it.each([
    ['the root', '/', '21'],
    ['a folder of the root', '/etc/kiosk', '21'],
    ['a mount point', '/run', '22'],
    ['a folder on a mount', '/run/kiosk', '22'],
    ['a mount within a mount', '/run/kiosk/vault', '23'],
    ['a folder whose name only begins like a mount point', '/run/kiosk/vault-two', '22'],
    ['a mount point with a space', '/run/kiosk two/vault', '24'],
    ['the last of a stack', '/stack/vault', '26'],
    ['what hides a deeper mount', '/hidden/deep', '29'],
    ['nothing that hangs on itself', '/itself', '21'],
  ])('is that of %s', async (_what, path, id) => {
    expect(findMount(await mountsOf(MOUNTINFO), path)).toMatchObject({ id })
  })

  it('knows its device and options', async () => {
    expect(findMount(await mountsOf(MOUNTINFO), '/run/kiosk/vault')).toEqual({
      id: '23',
      parentId: '22',
      device: '0:6',
      root: '/',
      mountPoint: '/run/kiosk/vault',
      fileSystem: 'tmpfs',
      superOptions: ['rw', 'size=1024k', 'noswap'],
    })
  })

  it.each([
    ['no list', ''],
    ['no root', '22 21 0:5 / /run rw - tmpfs tmpfs rw'],
    ['mounts in a circle', '1 2 0:5 / / rw - tmpfs a rw\n2 1 0:6 / / rw - tmpfs b rw'],
  ])('is unknown with %s', async (_what, text) => {
    expect(findMount(await mountsOf(text), '/etc')).toBeNull()
  })
})
