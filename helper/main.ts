/** The helper process: owns every secret and every decision of a sign-in. Never writes a secret to disk, log or environment. */
import { mkdir } from 'node:fs/promises'
import { readHelperEnvironment } from './config/helper-environment.ts'
import { findOverrides, isPackagedHelper, readPackagedEnvironment } from './config/packaged.ts'
import { type Kiosk, openKiosk } from './kiosk.ts'
import { createLog } from './log.ts'
import { findUnsafeSettings, scrubEnvironment } from './process-hygiene.ts'
import { reportProgram } from './program/report-program.ts'
import { checkProvisioning, provisioningChange } from './provisioning.ts'
import { claimLinkFolder } from './shell-link/link-folder.ts'
import type { LinkHandlers } from './shell-link/link-requests.ts'
import { type LinkServer, startLinkServer } from './shell-link/link-server.ts'
import { superviseHelper } from './supervision.ts'
import { createEventRing } from './support/event-ring.ts'

process.umask(0o077)
const events = createEventRing()
const log = createLog('helper', events.note)
let opening: Promise<Kiosk> | null = null
let link: LinkServer | null = null
const handlers = Promise.withResolvers<LinkHandlers>()

// Before anything takes time: a helper whose supervisor is gone must not go on by itself.
const supervision = superviseHelper(async (how) => {
  const kiosk = await opening
  await (kiosk ? kiosk.stop(how) : link?.close())
}, log)
const isPackaged = isPackagedHelper(import.meta.dirname)
const unsafeSettings = [
  ...findUnsafeSettings({ execArgv: process.execArgv, environment: process.env }),
  ...(isPackaged ? findOverrides(process.env) : []),
]
scrubEnvironment(process.env)
const environment = isPackaged ? readPackagedEnvironment(process.env) : readHelperEnvironment(process.env)
const premises = { ...environment, isPackaged }
await mkdir(environment.runtimeFolder, { recursive: true })

// Whoever holds the link owns the runtime folder and its vault; peers wait until there is something to tell them.
const linkFolder = await claimLinkFolder(environment.runtimeFolder)
link = await startLinkServer(linkFolder, handlers.promise, log)

const provisioning = await checkProvisioning(premises, unsafeSettings, log)
opening = openKiosk(provisioning, { premises, link, supervision, log, events })
const kiosk = await opening
await kiosk.start()
handlers.resolve(kiosk.handlers)
supervision.reportReady()
void reportProgram(import.meta.dirname, environment.trustFolder, log)

if (!provisioning.ok) {
  await provisioningChange(premises, unsafeSettings, provisioning.problems, log)
  supervision.end('provisioning changed', { exitCode: 0, planned: false })
}
