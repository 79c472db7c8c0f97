/** Serves the renderer's files as `app://kiosk/`. Never reads outside the renderer's folder, never serves without the CSP. */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { protocol } from 'electron'
import { PAGE_CONTENT_POLICY } from '../contract/page-policy.ts'
import { isKioskUrl, KIOSK_SCHEME } from './kiosk-origin.ts'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
}

/** Must run before the app is ready. */
export function registerKioskScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: KIOSK_SCHEME, privileges: { standard: true, secure: true } }])
}

const refuse = (status: number) => new Response(null, { status })

async function serveFile(folder: string, url: URL): Promise<Response> {
  const path = normalize(join(folder, decodeURIComponent(url.pathname)))
  const mediaType = MEDIA_TYPES[extname(path)]
  if (!path.startsWith(folder + sep) || mediaType === undefined) return refuse(403)
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (content === null) return refuse(404)
  return new Response(new Uint8Array(content), {
    headers: {
      'Content-Type': mediaType,
      'Content-Security-Policy': PAGE_CONTENT_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Opener-Policy': 'same-origin',
      // Lets the shell read where a frozen page hangs.
      'Document-Policy': 'include-js-call-stacks-in-crash-reports',
      'Cache-Control': 'no-store',
    },
  })
}

/** @param folder absolute, holds the built renderer */
export function serveKioskPage(sessionProtocol: Electron.Protocol, folder: string): void {
  sessionProtocol.handle(KIOSK_SCHEME, (request) => {
    if (request.method !== 'GET' || !isKioskUrl(request.url)) return refuse(403)
    return serveFile(folder, new URL(request.url))
  })
}
