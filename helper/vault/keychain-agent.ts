/** A program that asks the system's keychain for the helper, which starts and ends it. Never outlives it, never logs a value. */
import type { EntryOptions } from 'keytar'
import type { AgentAnswer, AgentRequest } from './device-keychain.ts'

/**
 * Secret Service or nothing. Left to choose, the library falls back to the kernel's keyring, which forgets at reboot.
 * Other systems have one store only and ignore this.
 */
const STORE: EntryOptions = { linux: { store: 'secret-service' } }

async function loadEntries() {
  try {
    return (await import('keytar')).AsyncEntry
  } catch (cause) {
    throw new Error('its native module does not load', { cause })
  }
}

async function carryOut({ operation, service, account, value }: AgentRequest): Promise<AgentAnswer['value']> {
  const AsyncEntry = await loadEntries()
  const entry = new AsyncEntry(service, account, STORE)
  // Bytes, not passwords: those of another program need not be UTF-8, and the library would fail instead of showing them.
  switch (operation) {
    case 'getPassword': {
      const bytes = await entry.getSecret()
      return bytes && Buffer.from(bytes).toString()
    }
    case 'setPassword':
      await entry.setSecret(Buffer.from(value ?? ''))
      return null
    case 'deletePassword':
      return await entry.deleteCredential()
  }
}

async function answer(request: AgentRequest): Promise<AgentAnswer> {
  try {
    return { id: request.id, value: await carryOut(request) }
  } catch (error) {
    return { id: request.id, failure: error instanceof Error ? error.message : 'it failed without a word' }
  }
}

process.on('message', (request: AgentRequest) => {
  void answer(request).then((message) => process.send?.(message))
})
// process.exit would wait for a call that waits for a prompt.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// A supervisor signals a helper and all that it started; a helper that stops still needs its keychain.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
