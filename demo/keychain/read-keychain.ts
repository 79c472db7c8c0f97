/** Reads one entry of a throw-away keychain, in a process of its own: `node read-keychain.ts SERVICE ACCOUNT`. For drills only. */
import { createHash } from 'node:crypto'
import { AsyncEntry } from 'keytar'

const [service = '', account = ''] = process.argv.slice(2)
const secret = await new AsyncEntry(service, account, { linux: { store: 'secret-service' } }).getPassword()
// Enough to see whether it is there and whether it is the same as before.
process.stdout.write(secret === null ? 'none' : createHash('sha256').update(secret).digest('hex'))
