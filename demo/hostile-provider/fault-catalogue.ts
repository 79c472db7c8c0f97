/** Every way we know in which a provider or the network before it fails a kiosk, as cases for tests and measurements. */
import { ANSWER_CASES } from './answer-cases.ts'
import { CONNECTION_CASES } from './connection-cases.ts'
import type { FaultCase } from './fault-case.ts'
import { FORGERY_CASES } from './forgery-cases.ts'
import { PROVIDER_CASES } from './provider-cases.ts'

export type { FaultCase } from './fault-case.ts'

/** All at an interval of one second, each to be tried against a provider of its own. */
export const FAULT_CATALOGUE: readonly FaultCase[] = [
  ...CONNECTION_CASES,
  ...ANSWER_CASES,
  ...PROVIDER_CASES,
  ...FORGERY_CASES,
]
