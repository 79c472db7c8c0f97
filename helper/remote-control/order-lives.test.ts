import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { OrderName } from '../../contract/remote-orders.ts'
import { openDisk, openLife, pump, redelivered, signedOrder } from './order-desk.fixture.ts'

/** Each with an effect of its own, so that it can be told whose it is. */
const EFFECTS: readonly OrderName[] = ['reload-config', 'refresh-tokens', 'restart-sign-in']
const ORDERS = await Promise.all(EFFECTS.map((order) => signedOrder(order, order)))

const which = fc.constantFrom(...EFFECTS)
const orderOf = (name: OrderName) => ORDERS[EFFECTS.indexOf(name)]
const act = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('send' as const, 'replay' as const), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), how: fc.constantFrom('kept', 'failed') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('effect', 'reconnect', 'collect') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), isThere: fc.boolean() }) },
)
/** `isHurried`: the next one comes before anything could go on. */
const timedAct = fc.tuple(act, fc.boolean()).map(([step, isHurried]) => ({ ...step, isHurried }))
type Act = typeof timedAct extends fc.Arbitrary<infer Value> ? Value : never

/** A broker that sends until it hears otherwise, a disk that is slow or full, a helper that may be killed between any two acts. */
async function play(acts: readonly Act[]) {
  const disk = openDisk()
  disk.isFree = false
  const sent = new Set<(typeof ORDERS)[number]>()
  const acknowledged = new Set<string>()
  const outcomes = new Map<string, Set<string>>()
  const timesDone = new Map<string, number>()
  /** Killed between an effect and its note: nobody can tell whether it was done. */
  const timesForgotten = new Map<string, number>()
  const faults: string[] = []
  const check = (isRight: boolean, fault: string) => void (isRight || faults.push(fault))
  let areEffectsQuick = false
  const isOwed = (jti: string) => disk.content()?.owed.some(({ orderId }) => orderId === jti) ?? false
  const count = (times: Map<string, number>, jti: string) => times.set(jti, (times.get(jti) ?? 0) + 1)

  async function live() {
    const doneHere = new Set<string>()
    const held: (() => void)[] = []
    let isOver = false
    let code = 0
    function note(order: OrderName) {
      if (isOver) return
      const jti = orderOf(order)?.jti ?? ''
      check(isOwed(jti), `${order} is done, and not on the disk`)
      check(!doneHere.has(jti), `${order} is done twice in one life`)
      doneHere.add(jti)
      count(timesDone, jti)
    }
    const hold = () => new Promise<void>((resolve) => (areEffectsQuick ? resolve() : held.push(resolve)))
    const { desk, journal, receipts } = await openLife(disk, {
      kiosk: {
        async lookAtBundle() {
          note('reload-config')
          await hold()
          return null
        },
        async renew() {
          note('refresh-tokens')
          await hold()
          return 'renewed'
        },
        restartSignIn() {
          note('restart-sign-in')
          code += 1
        },
        codeGeneration: () => code,
      },
    })
    receipts.push(...journal.receipts())
    void desk.payOwed()
    return {
      take({ message, jti }: (typeof ORDERS)[number], isAgain: boolean) {
        desk.take(isAgain ? redelivered(message) : message).then(
          () => {
            if (isOver) return
            check(jti in (disk.content()?.seen ?? {}), `${jti} is acknowledged, and not on the disk`)
            acknowledged.add(jti)
          },
          () => {},
        )
      },
      collect() {
        for (const receipt of receipts.splice(0)) {
          const { orderId, outcome } = receipt
          if (outcome.kind === 'refused' && outcome.reason === 'replayed') continue
          check(!isOwed(orderId ?? ''), `${orderId} is answered, and still owed`)
          const given = outcomes.get(orderId ?? '') ?? new Set()
          outcomes.set(orderId ?? '', given.add(JSON.stringify(outcome)))
          journal.delivered(receipt)
        }
      },
      effect: () => held.shift()?.(),
      end() {
        isOver = true
        for (const jti of doneHere) if (isOwed(jti)) count(timesForgotten, jti)
      },
    }
  }
  let life = await live()
  const redeliver = () => {
    for (const order of sent) if (!acknowledged.has(order.jti)) life.take(order, true)
  }
  for (const step of acts) {
    const order = 'which' in step && orderOf(step.which)
    if (order && (step.kind === 'replay') === sent.has(order)) {
      sent.add(order)
      life.take(order, false)
    }
    if (step.kind === 'write') disk.next(step.how === 'kept' ? 'kept' : 'failed')
    if (step.kind === 'effect') life.effect()
    if (step.kind === 'collect') life.collect()
    if (step.kind === 'reconnect') redeliver()
    if (step.kind === 'kill') {
      disk.cut(step.isThere)
      life.end()
      life = await live()
      redeliver()
    }
    if (!step.isHurried) await pump()
  }
  areEffectsQuick = true
  disk.isFree = true
  const isDone = () => [...sent].every(({ jti }) => acknowledged.has(jti) && !isOwed(jti) && outcomes.has(jti))
  for (let turn = 0; turn < 3_000 && !(turn > 2 && isDone()); turn += 1) {
    while (disk.waiting() > 0) disk.next('kept')
    life.effect()
    redeliver()
    await pump()
    life.collect()
  }
  return { faults, sent, acknowledged, outcomes, timesDone, timesForgotten }
}

it('neither loses an order nor does one twice nor answers it in two ways, whatever disk, network and power do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(timedAct, { minLength: 4, maxLength: 24 }), async (acts) => {
      const { faults, sent, acknowledged, outcomes, timesDone, timesForgotten } = await play(acts)
      expect(faults).toEqual([])
      for (const { jti } of sent) {
        expect(acknowledged).toContain(jti)
        expect(timesDone.get(jti)).toBeGreaterThanOrEqual(1)
        expect(timesDone.get(jti)).toBeLessThanOrEqual(1 + (timesForgotten.get(jti) ?? 0))
        expect([...(outcomes.get(jti) ?? [])]).toHaveLength(1)
      }
    }),
    { numRuns: 60 },
  )
}, 60_000)
