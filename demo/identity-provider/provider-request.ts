/** What a request to the provider looks like to our middleware. Reads a form without taking it from the provider. */
import type { IncomingMessage } from 'node:http'
import type Provider from 'oidc-provider'

export type ProviderMiddleware = Parameters<Provider['use']>[0]
export type ProviderRequest = Parameters<ProviderMiddleware>[0]

/** Paths as oidc-provider names them; discovery tells clients. */
export const PROVIDER_PATHS = {
  deviceAuthorization: '/device/auth',
  token: '/token',
  revocation: '/token/revocation',
  codeVerification: '/device',
  introspection: '/token/introspection',
  deviceDecline: '/device/decline',
} as const

export const DEVICE_CODE_GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code'
export const TOKEN_EXCHANGE_GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** oidc-provider refuses larger bodies too. */
const FORM_LIMIT_BYTES = 56 * 1024
const forms = new WeakMap<IncomingMessage, Promise<URLSearchParams>>()

/**
 * Reads the form of a POST and puts it back, so that oidc-provider finds it unread: it warns about a parser before it.
 *
 * @returns the form's fields; none for other methods and other content types
 */
export function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const known = forms.get(request)
  if (known) return known
  const form = isForm(request)
    ? peekBody(request).then((body) => new URLSearchParams(body.toString('utf8')))
    : Promise.resolve(new URLSearchParams())
  forms.set(request, form)
  return form
}

function isForm({ method, headers }: IncomingMessage): boolean {
  const isUrlEncoded = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
  return method === 'POST' && isUrlEncoded && headers['content-length'] !== '0'
}

function peekBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let receivedBytes = 0
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      request.off('readable', onReadable)
      request.off('error', onError)
      request.off('close', onClose)
    }
    const onError = (cause: Error): void => {
      stop()
      reject(cause)
    }
    const onClose = (): void => onError(new Error('the connection closed before the form was complete'))
    const onReadable = (): void => {
      for (let chunk: Buffer | null = request.read(); chunk !== null; chunk = request.read()) {
        chunks.push(chunk)
        receivedBytes += chunk.length
      }
      if (receivedBytes > FORM_LIMIT_BYTES) {
        onError(new Error(`the form exceeds ${FORM_LIMIT_BYTES} bytes`))
        return
      }
      if (!request.complete) return
      stop()
      const body = Buffer.concat(chunks)
      // In the same tick as the last read, a stream takes data back even though its end was already seen.
      if (body.length > 0) request.unshift(body)
      resolve(body)
    }
    request.on('readable', onReadable)
    request.on('error', onError)
    request.on('close', onClose)
  })
}
