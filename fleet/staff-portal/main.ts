#!/usr/bin/env node
/** `staff-portal SETTINGS.json`: serves the portal until it is told to end. Never listens in the clear beyond loopback. */

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { dirname } from 'node:path'
import { serve } from '@hono/node-server'
import { pino } from 'pino'
import { z } from 'zod'
import { portalSettingsSchema } from './portal-settings.ts'
import { createStaffPortal } from './staff-portal.ts'

try {
  const [path, ...rest] = process.argv.slice(2)
  if (path === undefined || rest.length > 0) throw new Error('usage: staff-portal SETTINGS.json')
  const written: unknown = JSON.parse(await readFile(path, 'utf8'))
  // The files that the settings name lie beside them.
  process.chdir(dirname(path))
  const settings = await portalSettingsSchema.parseAsync(written)
  const { port, tls } = settings
  const logger = pino()
  const { fetch } = await createStaffPortal(settings, (event, details) => logger.info({ event, ...details }))
  const listening = tls ? { createServer, serverOptions: tls } : { hostname: '127.0.0.1' }
  const server = serve({ fetch, port, ...listening }, () => logger.info({ event: 'listening', port }))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => server.close())
} catch (error) {
  const words = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
  process.stderr.write(`staff-portal: ${words}\n`)
  process.exitCode = 1
}
