/** What the provider saw and gave out, for tests and the demo. Holds every secret, so it is never written anywhere. */
import { z } from 'zod'
import { type ProviderMiddleware, readForm } from './provider-request.ts'

export type JournalRequest = {
  /** When the request arrived. */
  atEpochMs: number
  method: string
  /** Without its query. */
  path: string
  status: number
  grantType?: string
  error?: string
  /** As shown on the kiosk, with its dash. */
  userCode?: string
  /** What the client called it, and what an Entra ID would. */
  clientRequestId?: string
  requestId?: string
}
/** The moment a device code was bound to an account. */
export type JournalApproval = { atEpochMs: number; userCode: string; accountId: string }
export type JournalDecline = { atEpochMs: number; userCode: string }
/** An error of the server or of a connection, which no client was told of. */
export type JournalFault = { atEpochMs: number; message: string }

const answerSchema = z.object({
  error: z.string().optional(),
  device_code: z.string().optional(),
  user_code: z.string().optional(),
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
})

export type SecretKind = 'device code' | 'access token' | 'refresh token' | 'ID token'

export class Journal {
  /** In the order in which they were answered. */
  readonly requests: JournalRequest[] = []
  readonly approvals: JournalApproval[] = []
  readonly declines: JournalDecline[] = []
  readonly faults: JournalFault[] = []
  readonly #secrets = new Map<string, SecretKind>()
  readonly #userCodes = new Map<string, string>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Every device code and access, refresh and ID token ever issued. */
  secrets(): string[] {
    return [...this.#secrets.keys()]
  }

  secretsOf(kind: SecretKind): string[] {
    return this.secrets().filter((secret) => this.#secrets.get(secret) === kind)
  }

  /** The user code that was issued with a device code; none for a device code of somebody else's invention. */
  userCodeOf(deviceCode: string): string | undefined {
    return this.#userCodes.get(deviceCode)
  }

  noteApproval(deviceCode: string, accountId: string): void {
    this.approvals.push({ atEpochMs: this.#now(), userCode: this.userCodeOf(deviceCode) ?? '', accountId })
  }

  noteDecline(deviceCode: string): void {
    this.declines.push({ atEpochMs: this.#now(), userCode: this.userCodeOf(deviceCode) ?? '' })
  }

  noteFault(cause: unknown): void {
    this.faults.push({ atEpochMs: this.#now(), message: cause instanceof Error ? cause.message : String(cause) })
  }

  /** Notes what an answer gives away. */
  noteAnswer({ device_code, user_code, access_token, refresh_token, id_token }: z.infer<typeof answerSchema>): void {
    const given: [SecretKind, string | undefined][] = [
      ['device code', device_code],
      ['access token', access_token],
      ['refresh token', refresh_token],
      ['ID token', id_token],
    ]
    for (const [kind, secret] of given) if (secret !== undefined) this.#secrets.set(secret, kind)
    if (device_code !== undefined && user_code !== undefined) this.#userCodes.set(device_code, user_code)
  }

  /** The outermost middleware: sees each request as it came and each answer as it leaves. */
  recordRequests(): ProviderMiddleware {
    return async (context, next) => {
      const atEpochMs = this.#now()
      const { method, path } = context
      const form = await readForm(context.req)
      await next()
      const parsed = answerSchema.safeParse(context.body)
      const answer = parsed.success ? parsed.data : {}
      this.noteAnswer(answer)
      const grantType = form.get('grant_type')
      const clientRequestId = context.get('client-request-id')
      const requestId = context.response.get('x-ms-request-id')
      const userCode = answer.user_code ?? form.get('user_code') ?? this.userCodeOf(form.get('device_code') ?? '')
      this.requests.push({
        atEpochMs,
        method,
        path,
        status: context.status,
        ...(grantType === null ? {} : { grantType }),
        ...(answer.error === undefined ? {} : { error: answer.error }),
        ...(userCode === undefined ? {} : { userCode }),
        ...(clientRequestId === '' ? {} : { clientRequestId }),
        ...(requestId === '' ? {} : { requestId }),
      })
    }
  }
}
