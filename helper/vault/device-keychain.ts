/**
 * The system's keychain behind keytar's API. Never waits longer than three seconds, never logs a value, and never loads
 * native code into this process: its calls can block a thread for ever, and process.exit with it (docs/decisions/0012).
 */
import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import type * as keytar from 'keytar/keytar.js'
import { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'

/** As keytar has it, except that whatever goes wrong is a KioskError `keychain-unavailable`. */
export type Keychain = Pick<typeof keytar, 'getPassword' | 'setPassword' | 'deletePassword'>

/** A locked keychain asks for its password on a screen at which nobody sits. */
const CALL_LIMIT_MS = 3_000

/** The agent stays for what follows at once, such as deleting what was read. */
const IDLE_LIMIT_MS = 1_000

/** Beside this module, in the source as in the build. */
const AGENT = join(import.meta.dirname, `keychain-agent${extname(import.meta.filename)}`)

/** What a keychain is found by. Nothing else of the helper's environment reaches the agent, such as which code to load. */
const AGENT_VARIABLES = [
  ...['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'HOME', 'USER', 'LOGNAME'],
  ...['SystemRoot', 'USERNAME', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'TEMP'],
]

export type AgentRequest = {
  id: number
  operation: keyof Keychain
  service: string
  account: string
  value?: string
}

const answerSchema = z.object({
  id: z.int(),
  value: z.union([z.string(), z.boolean(), z.null()]).optional(),
  failure: z.string().optional(),
})
export type AgentAnswer = z.infer<typeof answerSchema>

type Agent = {
  ask(request: Omit<AgentRequest, 'id'>): Promise<AgentAnswer['value']>
}

function unavailable(what: string, cause?: unknown): KioskError {
  return new KioskError('keychain-unavailable', `the keychain ${what}`, { cause })
}

function startAgent(onEnd: () => void): Agent {
  const found = AGENT_VARIABLES.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined)
  const child = fork(AGENT, {
    env: Object.fromEntries(found),
    // It holds keys as well: no signal opens a debugger on it, and it runs what was built.
    execArgv: ['--disable-sigusr1', '--disable-proto=delete', '--no-global-search-paths'],
    // Its libraries' own words could hold anything.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.unref()
  child.channel?.unref()

  const waiting = new Map<number, PromiseWithResolvers<AgentAnswer['value']>>()
  let lastId = 0
  let ended = false

  function end(why: KioskError): void {
    if (ended) return
    ended = true
    clearTimeout(idle)
    onEnd()
    child.kill('SIGKILL')
    for (const { reject } of waiting.values()) reject(why)
  }

  const idle = setTimeout(() => {
    if (waiting.size === 0) end(unavailable('was idle'))
  }, IDLE_LIMIT_MS).unref()

  child.on('message', (message) => {
    const { data: answer, error } = answerSchema.safeParse(message)
    if (!answer) return end(unavailable('was answered for in a way that nobody understands', error))
    const { value, failure } = answer
    const call = waiting.get(answer.id)
    if (failure === undefined) call?.resolve(value)
    else call?.reject(unavailable(`cannot be used: ${failure}`, new Error(failure)))
  })
  child.on('error', (error) => end(unavailable('cannot be asked: its agent does not run', error)))
  child.on('exit', (code, signal) => end(unavailable(`cannot be asked: its agent ended with ${signal ?? code}`)))

  return {
    async ask(request) {
      const id = ++lastId
      const call = Promise.withResolvers<AgentAnswer['value']>()
      waiting.set(id, call)
      // The agent goes with its call: only that ends a prompt, and frees what waits for it.
      const limit = setTimeout(() => end(unavailable('does not answer; it may be locked')), CALL_LIMIT_MS)
      try {
        child.send({ ...request, id })
        return await call.promise
      } finally {
        clearTimeout(limit)
        waiting.delete(id)
        if (!ended) idle.refresh()
      }
    },
  }
}

/** Where D-Bus looks for the bus of this account's session. */
function hasSessionBus(): boolean {
  const { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtimeFolder } = process.env
  return Boolean(address) || (runtimeFolder !== undefined && existsSync(join(runtimeFolder, 'bus')))
}

/**
 * The agent starts at the first call and whenever it is needed again.
 *
 * @throws KioskError `keychain-unavailable` at once where no keychain can be
 */
export async function openKeychain(): Promise<Keychain> {
  if (process.platform === 'linux' && !hasSessionBus()) {
    throw unavailable('cannot be reached: this account has no D-Bus session (DBUS_SESSION_BUS_ADDRESS)')
  }
  let agent: Agent | null = null

  async function ask<T>(schema: z.ZodType<T>, request: Omit<AgentRequest, 'id'>): Promise<T> {
    agent ??= startAgent(() => {
      agent = null
    })
    const { data, success, error } = schema.safeParse(await agent.ask(request))
    if (!success) throw unavailable('was answered for in a way that nobody understands', error)
    return data
  }

  return {
    getPassword: (service, account) => ask(z.string().nullable(), { operation: 'getPassword', service, account }),
    async setPassword(service, account, value) {
      await ask(z.null(), { operation: 'setPassword', service, account, value })
    },
    deletePassword: (service, account) => ask(z.boolean(), { operation: 'deletePassword', service, account }),
  }
}
