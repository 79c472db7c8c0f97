/** What a case of the catalogue is, and how most of them are put. */
import type { IdentityProviderOptions } from '../identity-provider/identity-provider.ts'
import { DEVICE_CODE_GRANT_TYPE } from '../identity-provider/provider-request.ts'
import type { Fault, FaultScript } from './fault.ts'
import type { HostileProvider } from './hostile-provider.ts'
import type { Endpoint } from './request-log.ts'

export type FaultCase = {
  /** Short, as the row of a table: "a captive portal answers one poll". */
  name: string
  /** Of a client that does everything right: it signs in in the end, refuses the tokens, or can do neither. */
  expectation: 'survives' | 'refuses' | 'cannot survive'
  /** Of "cannot survive": why no client could. */
  reason?: string
  /** Puts the provider into the state of this case. Called before the client asks for a code. */
  arrange(provider: HostileProvider): Promise<void> | void
  /**
   * How many polls of its first code, faulty ones included, have their outcome when the person approves. Later codes are
   * approved at once.
   */
  approveAfterPolls: number
  options?: Partial<IdentityProviderOptions>
}

/** The person never gets to approve the first code: it is of no use by then. */
export const NEVER = Number.POSITIVE_INFINITY

type AskedRequest = Parameters<FaultScript>[0]
/** A function for what depends on the time of the answer. */
type FaultMaker = Fault | (() => Fault)

export function isPoll({ endpoint, grantType }: Pick<AskedRequest, 'endpoint' | 'grantType'>): boolean {
  return endpoint === 'token' && grantType === DEVICE_CODE_GRANT_TYPE
}

function make(fault: FaultMaker): Fault {
  return typeof fault === 'function' ? fault() : fault
}

/** Plays a fault on the first request of an endpoint. */
export function failFirst(endpoint: Exclude<Endpoint, 'token'>, fault: FaultMaker): FaultCase['arrange'] {
  return (provider) =>
    provider.play((request) => (request.endpoint === endpoint && request.turn === 1 ? make(fault) : null))
}

/** Plays a fault on some polls, counted from 1. */
export function failPolls(turns: readonly number[], fault: FaultMaker): FaultCase['arrange'] {
  return (provider) =>
    provider.play((request) => (isPoll(request) && turns.includes(request.turn) ? make(fault) : null))
}

/** Survivable: one poll fails, and the person approves right after it. The first poll is a good one. */
export function failingPoll(name: string, fault: FaultMaker): FaultCase {
  return { name, expectation: 'survives', arrange: failPolls([2], fault), approveAfterPolls: 2 }
}
