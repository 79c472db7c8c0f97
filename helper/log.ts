/** The helper's log: JSON lines on standard output. Never writes the value of a token, a code or a key. */
import pino, { type Logger } from 'pino'
import { KioskError, type KioskErrorCode } from '../contract/kiosk-error.ts'

export type Log = Logger

/** Names under which a secret could come along, at the depths at which our records hold them. */
const SECRET_NAMES = [
  'accessToken',
  'access_token',
  'refreshToken',
  'refresh_token',
  'idToken',
  'id_token',
  'deviceCode',
  'device_code',
  'authorization',
  'key',
  'keys',
]

/** An error's own words and its causes', never its fields: those of a failed request hold bodies and headers. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: typeof error }
  const code: KioskErrorCode | string | undefined =
    error instanceof KioskError
      ? error.code
      : 'code' in error && typeof error.code === 'string'
        ? error.code
        : undefined
  const cause = error.cause instanceof Error && depth < 5 ? describeError(error.cause, depth + 1) : undefined
  const stack = error instanceof KioskError && error.code !== 'unexpected' ? undefined : error.stack
  // A parser quotes the text that it fell over, which may be a token's.
  if (error instanceof SyntaxError) return { name: error.name, code, cause }
  return { name: error.name, code, message: error.message, cause, stack }
}

/** @param onLine called with the fields of every line that is written */
export function createLog(name: string, onLine: (fields: object) => void = () => {}): Log {
  return pino({
    name,
    hooks: {
      logMethod(args, method) {
        const fields: unknown = args[0]
        if (typeof fields === 'object' && fields !== null) onLine(fields)
        method.apply(this, args)
      },
    },
    level: 'info',
    base: { name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_NAMES.flatMap((secret) => [secret, `*.${secret}`, `*.*.${secret}`]), remove: true },
    serializers: { err: describeError },
  })
}
