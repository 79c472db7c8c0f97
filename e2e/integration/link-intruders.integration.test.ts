import { chmod, chown, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { LINK_FILES, LINK_PROTOCOL_VERSION as version } from '../../contract/link-protocol.ts'
import { createCleanups } from '../../demo/cleanups.ts'
import { startIdentityProvider } from '../../demo/identity-provider/identity-provider.ts'
import { writeDemoBundle } from '../../demo/work-folders.ts'
import {
  ACCOUNTS,
  type AccountHelper,
  type AccountProcess,
  installHelper,
  makeLinkFolder,
  makeRuntimeFolder,
  startAccountHelper,
  startAccountProcess,
  whyNoAccounts,
} from './link-accounts.ts'

const obstacle = whyNoAccounts()
const cleanups = createCleanups()

describe.skipIf(obstacle)(`the shell link among other accounts${obstacle ? ` (${obstacle})` : ''}`, () => {
  let installed: string
  let bundle: string
  let helper: AccountHelper
  const linesOf = (event: string, code: string) =>
    helper.log().filter((line) => line.event === event && line.code === code)

  beforeAll(async () => {
    installed = await installHelper(cleanups)
    bundle = await mkdtemp(join(tmpdir(), 'kiosk-bundle-'))
    cleanups.add(() => rm(bundle, { recursive: true }))
    const options = { intervalSeconds: 5, codeLifetimeSeconds: 120, accessTokenLifetimeSeconds: 300, entraLike: false }
    const provider = await startIdentityProvider(options)
    cleanups.add(() => provider.close())
    const { issuer, clientId, ca } = provider
    await writeDemoBundle(bundle, { issuer, clientId, caPem: ca.caPem, entraLike: false, session: { start: 'touch' } })
    await chmod(bundle, 0o755)
  })
  afterAll(() => cleanups.run())

  describe('a helper with its shell', () => {
    let runtime: string
    let shell: AccountProcess
    /** Of the shell's account, and so of its group, but not the shell. */
    let neighbour: AccountProcess
    let stranger: AccountProcess
    let paints = 0
    const at = (path: string) => join(runtime, path)

    beforeAll(async () => {
      runtime = await makeRuntimeFolder(cleanups)
      helper = startAccountHelper(installed, { bundle, runtime }, cleanups)
      shell = startAccountProcess(ACCOUNTS.shell, cleanups)
      neighbour = startAccountProcess(ACCOUNTS.shell, cleanups)
      stranger = startAccountProcess(ACCOUNTS.stranger, cleanups)
      await helper.ready
      await shell.call('join', runtime)
    })
    // Whatever was tried: the shell's link has stayed up, it gets snapshots, and its commands are answered.
    afterEach(async () => {
      paints += 1
      expect(await shell.call('proveScreen', paints)).toBe(true)
      expect(helper.output()).not.toContain('uncaught')
    })

    /** Twice, because the second refusal of a kind must not be a second line. */
    async function loggedOnce(event: string, code: string, intrude: () => Promise<unknown>): Promise<void> {
      const before = linesOf(event, code).length
      await intrude()
      await expect.poll(() => linesOf(event, code).length).toBe(1)
      await intrude()
      expect([before, linesOf(event, code).length]).toEqual([Math.min(before, 1), 1])
    }

    it('shares with the shell’s account what it needs, and nothing else', async () => {
      const modes = [
        ['', '2750', 61_000],
        [LINK_FILES.folder, '750', 61_000],
        [LINK_FILES.socket, '660', 61_000],
        [LINK_FILES.shellKey, '640', 61_000],
        [LINK_FILES.technicianKey, '600', 61_000],
      ] as const
      for (const [path, mode, gid] of modes) {
        const stats = await stat(at(path))
        expect([path, (stats.mode & 0o7777).toString(8), stats.uid, stats.gid]).toEqual([path, mode, 61_001, gid])
      }
      expect((await stat(at('vault'))).mode & 0o777).toBe(0o700)
    })

    it.each([
      ['reads the technician’s key', 'read', LINK_FILES.technicianKey],
      ['looks into the vault', 'list', 'vault'],
    ] as const)('the shell’s account never %s', async (_what, deed, path) => {
      expect(await neighbour.call('read', at(LINK_FILES.shellKey))).toBe('done')
      expect(await neighbour.call(deed, at(path))).toBe('EACCES')
    })

    it.each([
      ['connects', 'dial', LINK_FILES.socket],
      ['reads the shell’s key', 'read', LINK_FILES.shellKey],
      ['reads the technician’s key', 'read', LINK_FILES.technicianKey],
      ['looks into the link’s folder', 'list', LINK_FILES.folder],
      ['looks into the runtime folder', 'list', ''],
    ] as const)('a stranger never %s', async (_what, deed, path) => {
      expect(await stranger.call(deed, at(path))).toBe('EACCES')
    })

    const greet = (words: object) => `${JSON.stringify({ version, role: 'shell', nonce: 'a'.repeat(64), ...words })}\n`
    const prove = `${JSON.stringify({ proof: 'b'.repeat(64) })}\n`
    it.each([
      ['says nothing', ''],
      ['has no key', 'let me in\n'],
      ['has a wrong key', greet({}) + prove],
      ['has a wrong key for a technician', greet({ role: 'technician' }) + prove],
      ['speaks an older version', greet({ version: version - 1 })],
      ['speaks HTTP from a web page', 'POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n{}'],
    ])('lets in nobody who %s', async (_what, words) => {
      await loggedOnce('link.peer-refused', 'link-hello-refused', async () => {
        const { answer, isCutOff } = await neighbour.call('say', at(LINK_FILES.socket), words)
        expect(answer).not.toContain('welcome')
        expect(isCutOff).toBe(words !== '')
      })
      expect(helper.output()).not.toMatch(/let me in|evil\.example/)
    })

    it('lets in nobody who plays a good hello again', async () => {
      const hello = await neighbour.call('recordHello', runtime)
      expect(hello.split('\n').length).toBeGreaterThan(2)
      await loggedOnce('link.peer-refused', 'link-hello-refused', async () => {
        const { answer, isCutOff } = await neighbour.call('say', at(LINK_FILES.socket), hello)
        expect([answer.includes('welcome'), isCutOff]).toEqual([false, true])
      })
    })

    const framed = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    const asked = (method: string, params: unknown) => framed(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
    it.each([
      ['announces ten megabytes', 'Content-Length: 10485760\r\n\r\n', 'link-message-too-large', true],
      ['sends one byte too many', framed('x'.repeat(64 * 1024 + 1)), 'link-message-too-large', true],
      ['sends no JSON', framed('{"jsonrpc":"2.0","id":1,'), 'link-message-invalid', true],
      ['sends no JSON-RPC', framed('{"id":1,"method":"command/send"}'), 'link-message-invalid', true],
      ['asks what nobody may ask', asked('token/read', {}), 'link-message-invalid', false],
      ['asks wrongly', asked('command/send', { kind: 'touch', token: 'canary' }), 'link-message-invalid', false],
      ['subscribes as nobody', asked('snapshot/subscribe', { screenId: null }), 'link-message-invalid', false],
      ['asks for diagnostics', asked('diagnostics/read', {}), 'command-not-allowed', false],
    ])('refuses one of its own who %s', async (_what, words, code, isEnd) => {
      await loggedOnce(isEnd ? 'link.peer-cut-off' : 'link.request-refused', code, async () => {
        const { answer, isCutOff } = await neighbour.call('sayProven', runtime, words)
        expect(answer).toContain(`"data":{"code":"${code}"}`)
        expect(isCutOff).toBe(isEnd)
      })
      expect(helper.output()).not.toMatch(/canary|token\/read/)
    })

    it('lets a new shell in within two seconds while a thousand peers say nothing, and forgets them afterwards', async () => {
      const openFiles = async () => (await readdir(`/proc/${helper.processId}/fd`)).length
      const residentMegabytes = async () =>
        Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${helper.processId}/status`, 'utf8'))?.[1]) / 1024
      const before = { files: await openFiles(), megabytes: await residentMegabytes() }
      await neighbour.call('hold', at(LINK_FILES.socket), 1_000)
      const newcomer = startAccountProcess(ACCOUNTS.shell, cleanups)
      const { tookMs } = await newcomer.call('join', runtime)
      expect(tookMs).toBeLessThan(2_000)
      expect(await newcomer.call('proveScreen', 1_000)).toBe(true)
      expect(await shell.call('proveScreen', 1_001)).toBe(true)
      expect(await openFiles()).toBeLessThan(before.files + 80)
      await neighbour.call('letGo')
      await expect.poll(openFiles, { timeout: 5_000 }).toBe(before.files + 1)
      expect((await residentMegabytes()) - before.megabytes).toBeLessThan(32)
      expect(linesOf('link.peer-refused', 'link-hello-refused')).toHaveLength(1)
    })

    it('still shows a code when somebody touches the screen', async () => {
      expect(await shell.call('press', { kind: 'touch' })).toEqual({ accepted: true })
      await expect.poll(() => shell.call('shown'), { timeout: 5_000 }).toMatchObject({ kind: 'awaitingApproval' })
    })
  })

  it('sums up at its end what it did not log', async () => {
    await helper.stop()
    const summed = (event: string, code: string) => linesOf(event, code).map(({ count }) => count)
    expect(summed('link.peer-cut-off', 'link-message-too-large')).toEqual([1, 3])
    expect(summed('link.peer-cut-off', 'link-message-invalid')).toEqual([1, 3])
    expect(summed('link.request-refused', 'link-message-invalid')).toEqual([1, 5])
    expect(summed('link.request-refused', 'command-not-allowed')).toEqual([1, 1])
    expect(summed('link.peer-refused', 'link-hello-refused')).toEqual([1, expect.toSatisfy((count) => count > 1_000)])
  })

  it.each([
    ['everybody may connect to', 0o777],
    ['nobody else may connect to', 0o700],
  ])('ends when somebody holds the socket, one that %s, and touches nothing', async (_what, mode) => {
    const runtime = await makeRuntimeFolder(cleanups)
    const link = await makeLinkFolder(runtime)
    const socketPath = join(link, 'helper.sock')
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(socketPath, resolve))
    cleanups.add(() => void squatter.close())
    await chown(socketPath, ACCOUNTS.stranger.uid, ACCOUNTS.stranger.gid)
    await chmod(socketPath, mode)
    const look = async () => {
      const [folder, socket] = [await stat(link), await stat(socketPath)]
      return [await readdir(runtime), await readdir(link), folder.ctimeMs, folder.mode, socket.ino, socket.ctimeMs]
    }
    const before = await look()
    const { ready } = startAccountHelper(installed, { bundle, runtime }, cleanups)
    await expect(ready).rejects.toThrow(/link-in-use/)
    expect(await look()).toEqual(before)
  })

  it.each([
    ['belongs to another account', { owner: ACCOUNTS.stranger, mode: 0o755 }],
    ['its group can change', { mode: 0o2770 }],
    ['everybody can change', { mode: 0o1777 }],
  ])('starts in no runtime folder that %s', async (_what, options) => {
    const runtime = await makeRuntimeFolder(cleanups, options)
    const { ready } = startAccountHelper(installed, { bundle, runtime }, cleanups)
    await expect(ready).rejects.toThrow(/link-folder-unsafe/)
    expect(await readdir(runtime)).toEqual([])
  })
})
