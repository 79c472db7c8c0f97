/** What can go wrong between a client and its provider, as data, with the script that says when. Does nothing by itself. */
import type { Endpoint } from './request-log.ts'

export type JsonObject = Record<string, unknown>

export type Fault =
  /** Before the provider hears of the request, which then goes on. `jitterMs` more or less, evenly spread. */
  | { kind: 'delay'; ms: number; jitterMs?: number }
  /**
   * RST: `before` the provider sees the request, in the middle of the body of its answer, or `after` it has answered and
   * before a byte of that has left. With `onlyTokens`, only an answer with tokens is cut; others pass.
   */
  | { kind: 'reset'; stage: 'before' }
  | { kind: 'reset'; stage: 'midBody' | 'after'; onlyTokens?: boolean }
  /** Something answers in the provider's place. HTML unless `contentType` says otherwise; no type for an empty body. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string; contentType?: string }
  /** A log-in page of somebody else's network, with 200. */
  | { kind: 'captivePortal' }
  /** 302 unless `status` says otherwise. */
  | { kind: 'redirect'; location: string; status?: number }
  /** 200 and the beginning of a JSON text, in the provider's place. */
  | { kind: 'brokenJson' }
  /** 200 and a JSON object of exactly so many bytes, chunked and only as fast as it is read, in the provider's place. */
  | { kind: 'hugeJson'; bytes: number }
  /** The provider's answer as `text/plain`. */
  | { kind: 'wrongContentType' }
  /** Never answers; the provider hears nothing. */
  | { kind: 'hang' }
  /** The provider's answer, its head at once and its body at this rate. */
  | { kind: 'slowDrip'; bytesPerSecond: number }
  /** An OAuth error in the provider's place, 400 unless `status` says otherwise. */
  | { kind: 'oauthError'; error: string; status?: number; extra?: JsonObject }
  /** A JSON answer of the provider, changed; other answers pass. */
  | { kind: 'rewrite'; change: (body: JsonObject) => JsonObject }
  /** The provider's ID token, changed and signed again; answers without one pass. `none` leaves it without a signature. */
  | {
      kind: 'forgeIdToken'
      claims?: (claims: JsonObject) => JsonObject
      header?: (header: JsonObject) => JsonObject
      key: 'provider' | 'stranger' | 'none'
    }

/** Says what goes wrong with a request; `null` for nothing. */
export type FaultScript = (request: {
  endpoint: Endpoint
  grantType: string | null
  /** Counts from 1 for each endpoint and grant type since `play`. */
  turn: number
  userCode: string | null
  /** Whether the person has approved this code. */
  approved: boolean
}) => Fault | null
