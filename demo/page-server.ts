/** Serves the built page on this machine under the kiosk's own content policy. Never reads outside its folder. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { PAGE_CONTENT_POLICY } from '../contract/page-policy.ts'

const BUILT_PAGE = join(import.meta.dirname, '../dist/renderer')

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

export type PageServer = { url: string; close(): void }

/**
 * @param folder of another page than the built one
 * @throws Error where nothing was built
 */
export async function servePage(folder = BUILT_PAGE): Promise<PageServer> {
  const paths = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new Error(`the page is not built: ${folder} is missing; run "npm run build"`, { cause })
  })
  const served = new Set(paths.map((path) => `/${path.replaceAll('\\', '/')}`))
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const mediaType = MEDIA_TYPES[extname(path)]
    if (mediaType === undefined || !served.has(path)) {
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end()
      return
    }
    const headers = { 'content-type': mediaType, 'content-security-policy': PAGE_CONTENT_POLICY }
    response.writeHead(200, headers).end(readFileSync(join(folder, path)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/index.html`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
