/** The shell scripts of the Linux package, as they stand, with programs of the test's in place of systemd's and Node. Never as root's own. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const BUILD = join(import.meta.dirname, '../../build/linux')
const RESOURCES = '/opt/digital-receptionist-kiosk/resources'
const PENDING = '/run/digital-receptionist-update'

describe.runIf(process.platform === 'linux')('on a Linux kiosk', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kiosk-scripts-'))
    mkdirSync(join(root, 'run/systemd/system'), { recursive: true })
    mkdirSync(join(root, 'bin'))
    write(`${RESOURCES}/node/node`, '#!/bin/sh\nexec sh "$@"\n', 0o755)
    write('/bin/systemctl', `#!/bin/sh\necho "$*" >>${root}/asked\n. ${root}/systemctl.answers\n`, 0o755)
    write('/systemctl.answers', '')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  function write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    chmodSync(join(root, path), mode)
  }
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const asked = () => (existsSync(join(root, 'asked')) ? read('asked').trim().split('\n') : [])

  /** A script with its paths below the test's folder. */
  function lay(name: string, to = `/scripts/${name}`): string {
    const text = readFileSync(join(BUILD, name), 'utf8')
    write(to, text.replaceAll(/(?<=[\s=:"-])\/(?=run\/|opt\/|dev\/tty1)/g, `${root}/`))
    return join(root, to)
  }
  function play(script: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
    const env = { PATH: `${root}/bin:/usr/bin:/bin`, ...environment }
    return spawnSync('sh', [script, ...args], { encoding: 'utf8', env })
  }

  describe('the wait of an update', () => {
    const tool = (of: string, script: string) => write(`${PENDING}/tools/${of}/kioskctl.mjs`, script)
    const newest = (script: string) => write(`${RESOURCES}/helper/kioskctl.mjs`, script)
    const wait = () => play(lay('wait-for-quiet', `${RESOURCES}/wait-for-quiet`), [], { ASK_AGAIN_SECONDS: '0' }).status

    it.each([
      ['ends where the helper says that nobody is there', 'exit 0', 'exit 1', 0],
      ['ends where the newer tool alone is understood, and hears that nobody is there', 'exit 1', 'exit 0', 0],
      ['ends where no tool finds a helper', 'exit 3', 'exit 3', 0],
      ['never takes a helper that refuses a tool for one that is not there', 'exit 1', 'exit 3', 1],
      ['never takes a tool that is broken for a helper that is not there', 'exit 3', 'exit 127', 1],
      ['never takes a kill for a helper that is not there', 'kill -9 $$', 'exit 3', 1],
    ])('%s', (_what, earlier, present, expected) => {
      tool('0.1.0', earlier)
      newest(present)
      expect(wait()).toBe(expected)
    })

    it('asks twice before it takes a helper for one that is not there', () => {
      newest(`echo asked >>${root}/looks; exit 3`)
      expect(wait()).toBe(0)
      expect(read('looks')).toBe('asked\nasked\n')
    })

    it('goes on for as long as somebody is signed in', async () => {
      tool('0.1.0', 'exit 1')
      newest(`touch ${root}/waiting; while [ ! -e ${root}/quiet ]; do sleep 0.05; done`)
      const script = lay('wait-for-quiet', `${RESOURCES}/wait-for-quiet`)
      const waiting = spawn('sh', [script], { env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' })
      const ended = once(waiting, 'exit')
      await expect.poll(() => existsSync(join(root, 'waiting'))).toBe(true)
      expect(waiting.exitCode).toBeNull()
      write('quiet', '')
      expect((await ended)[0]).toBe(0)
    })
  })

  describe('before an update is unpacked', () => {
    const unitsAre = (helper: string, screen: string) =>
      write('/systemctl.answers', `case "$*" in show*helper*) echo ${helper} ;; show*screen*) echo ${screen} ;; esac\n`)
    const unpack = (from = '0.1.0') => play(lay('debian/preinst'), ['upgrade', from])
    beforeEach(() => write(`${RESOURCES}/helper/kioskctl.mjs`, 'the tool of 0.1.0'))

    it.each([
      ['runs', 'active', 'active'],
      ['waits for its next start', 'activating', 'active'],
      ['is stopped while the screen runs', 'inactive', 'active'],
    ])('the tool of a helper that %s is put aside', (_what, helper, screen) => {
      unitsAre(helper, screen)
      expect(unpack()).toMatchObject({ status: 0, stderr: '' })
      expect(asked()[0]).toBe('stop digital-receptionist-update.service')
      expect(read(`${PENDING}/tools/0.1.0/kioskctl.mjs`)).toBe('the tool of 0.1.0')
    })

    it('nothing is, where no part of the kiosk runs', () => {
      unitsAre('inactive', 'failed')
      expect(unpack().status).toBe(0)
      expect(existsSync(join(root, PENDING))).toBe(false)
    })

    it('the tools of earlier updates that still wait are kept beside it', () => {
      unitsAre('active', 'active')
      unpack('0.1.0')
      write(`${RESOURCES}/helper/kioskctl.mjs`, 'the tool of 0.1.1')
      unpack('0.1.1')
      expect(read(`${PENDING}/tools/0.1.0/kioskctl.mjs`)).toBe('the tool of 0.1.0')
      expect(read(`${PENDING}/tools/0.1.1/kioskctl.mjs`)).toBe('the tool of 0.1.1')
    })

    it('a program folder that is damaged holds up no update that would mend it, and leaves no half of a tool', () => {
      rmSync(join(root, RESOURCES, 'helper'), { recursive: true })
      unitsAre('active', 'active')
      expect(unpack().status).toBe(0)
      expect(readdirSync(join(root, PENDING, 'tools'))).toEqual([])
    })
  })

  describe('after an end of the screen', () => {
    /** @param livedSeconds for how long it had run */
    function end(exitStatus: string, livedSeconds: number) {
      const [uptime = '0'] = readFileSync('/proc/uptime', 'utf8').split(' ')
      const startedAtMicroseconds = Math.round((Number(uptime) - livedSeconds) * 1_000_000)
      write('/systemctl.answers', `case "$*" in show*) echo ${startedAtMicroseconds} ;; esac\n`)
      return play(lay('screen-ended'), [], {
        EXIT_STATUS: exitStatus,
        ENDS_FOLDER: `${root}/ends`,
        CONSOLE: `${root}/tty1`,
      })
    }
    beforeEach(() => write('tty1', ''))

    it('that a technician asked for, the login prompt comes', () => {
      end('73', 100)
      expect(asked()).toEqual(['--no-block start getty@tty1.service'])
    })

    it('of any other kind, none comes', () => {
      end('1', 100)
      expect(asked().join()).not.toContain('getty')
    })

    it('that came at once for the fifth time, it draws without the GPU, and the console says where to look', () => {
      for (const _ of [1, 2, 3, 4]) expect(end('1', 1)).toMatchObject({ status: 0, stderr: '' })
      expect([existsSync(join(root, 'ends/environment')), read('tty1')]).toEqual([false, ''])
      expect(end('1', 1).stderr).toContain('it draws without the GPU')
      expect(read('ends/environment')).toBe('WLR_RENDERER=pixman\n')
      expect(read('tty1')).toContain('journalctl -u digital-receptionist-screen.service')
    })

    it('that had run for a while, the count begins anew', () => {
      for (const _ of [1, 2, 3, 4]) end('1', 1)
      end('1', 60)
      end('1', 1)
      expect(existsSync(join(root, 'ends/environment'))).toBe(false)
    })
  })

  describe('before a start of the helper', () => {
    const SEALED = 'etc/credstore.encrypted/digital-receptionist'
    function open(): { unopened: string | null; opened: string[]; stderr: string } {
      // Opens what begins with "good".
      write('/bin/systemd-creds', '#!/bin/sh\ngrep -q "^good" "$3" && echo secret\n', 0o755)
      const folders = { SEALED_FOLDER: `${root}/etc/credstore.encrypted`, RUN_FOLDER: `${root}/run` }
      const { status, stdout, stderr } = play(lay('open-credentials'), [], folders)
      expect([status, stdout]).toEqual([0, ''])
      const unopened = join(root, 'run/credstore/digital-receptionist.unopened')
      const opened = readdirSync(join(root, 'run/credstore.encrypted')).sort()
      return { unopened: existsSync(unopened) ? readFileSync(unopened, 'utf8') : null, opened, stderr }
    }

    it('sealed credentials that this machine can open are handed on, still sealed', () => {
      write(`${SEALED}.device-key`, 'good one')
      expect(open()).toEqual({ unopened: null, opened: ['digital-receptionist.opened-device-key'], stderr: '' })
      expect(read('run/credstore.encrypted/digital-receptionist.opened-device-key')).toBe('good one')
    })

    it('the others are named, and keep nobody from starting', () => {
      write(`${SEALED}.device-key`, 'for another machine')
      write(`${SEALED}.technician-secret`, 'good one')
      expect(open()).toMatchObject({
        unopened: 'device-key\n',
        opened: ['digital-receptionist.opened-technician-secret'],
      })
    })

    it('what was handed on before and cannot be opened any more goes', () => {
      write(`${SEALED}.device-key`, 'good one')
      open()
      write(`${SEALED}.device-key`, 'for another machine')
      expect(open()).toMatchObject({ unopened: 'device-key\n', opened: [] })
      rmSync(join(root, `${SEALED}.device-key`))
      expect(open()).toEqual({ unopened: null, opened: [], stderr: '' })
    })
  })

  it.each(readdirSync(BUILD).filter((name) => readFileSafely(join(BUILD, name)).startsWith('#!/bin/sh')))(
    'a shell understands %s',
    (name) => {
      cpSync(join(BUILD, name), join(root, 'script'))
      expect(spawnSync('sh', ['-n', join(root, 'script')], { encoding: 'utf8' }).stderr).toBe('')
    },
  )
})

function readFileSafely(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
