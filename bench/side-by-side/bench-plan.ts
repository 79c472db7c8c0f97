/** What one run of the bench measures: all of it, or a little of everything to see that it works. */
import { FAULT_CATALOGUE, type FaultCase } from '../../demo/hostile-provider/fault-catalogue.ts'
import type { Cell } from './approval-run.ts'
import { SIGN_INS_PER_HELPER } from './helper-client.ts'

export type BenchPlan = {
  faultCases: readonly FaultCase[]
  /** Cells of one group are measured at the same time. */
  cellGroups: readonly (readonly Cell[])[]
  /** For each cell and client. */
  signIns: number
  /** How many of them one process does, one after the other. */
  signInsPerProcess: number
  startRoundTripsMs: readonly number[]
  startRuns: number
  /** null leaves memory out. */
  memoryPolls: number | null
}

const QUICK_FAULTS = [
  'one poll is answered 502 with HTML',
  'one pending answer is lost',
  'the ID token is signed by a stranger under the provider’s key id',
]

const FULL_PLAN: BenchPlan = {
  faultCases: FAULT_CATALOGUE,
  // At five seconds hardly anything happens, so that three distances together keep no core busy.
  cellGroups: [
    [{ intervalSeconds: 1, roundTripMs: 5 }],
    [{ intervalSeconds: 1, roundTripMs: 150 }],
    [{ intervalSeconds: 1, roundTripMs: 400 }],
    [
      { intervalSeconds: 5, roundTripMs: 5 },
      { intervalSeconds: 5, roundTripMs: 150 },
      { intervalSeconds: 5, roundTripMs: 400 },
    ],
  ],
  signIns: 42,
  signInsPerProcess: SIGN_INS_PER_HELPER,
  startRoundTripsMs: [0, 150],
  startRuns: 15,
  memoryPolls: 500,
}

const QUICK_PLAN: BenchPlan = {
  faultCases: FAULT_CATALOGUE.filter(({ name }) => QUICK_FAULTS.includes(name)),
  cellGroups: [[{ intervalSeconds: 1, roundTripMs: 5 }]],
  signIns: 4,
  signInsPerProcess: 2,
  startRoundTripsMs: [0],
  startRuns: 2,
  memoryPolls: null,
}

export function planBench({ quick }: { quick: boolean }): BenchPlan {
  return quick ? QUICK_PLAN : FULL_PLAN
}
