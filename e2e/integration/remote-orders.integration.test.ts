/** Plays orders against a built helper with real mosquitto: each order on a kiosk that is on, off and killed. */
import { chmod, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OrderName, OrderOutcome } from '../../contract/remote-orders.ts'
import { makeBadOrders } from '../../demo/broker/bad-orders.ts'
import { findMosquitto } from '../../demo/broker/find-mosquitto.ts'
import { signOrder } from '../../demo/broker/operations.ts'
import type { HelperProcess } from '../../demo/helper-process.ts'
import { readKioskState, runKioskctl } from '../../demo/kiosk-watch.ts'
import type { ScreenLink } from '../../demo/screen-link.ts'
import { approve, openScreen, signIn } from './orders-people.ts'
import { DEVICE_ID, type OrdersWorld, openOrdersWorld } from './orders-world.ts'

const mosquittoPath = findMosquitto()
const done = (...did: string[]): Partial<OrderOutcome> => ({ kind: 'done', did }) as OrderOutcome

describe.skipIf(mosquittoPath === null)('remote orders', () => {
  let world: OrdersWorld
  let helper: HelperProcess
  let screen: ScreenLink

  beforeAll(async () => {
    world = await openOrdersWorld({ mosquittoPath: mosquittoPath ?? '', session: { start: 'touch' } })
  })
  afterAll(() => world?.close())
  beforeEach(start)
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => console.log(helper.output().slice(-6_000), world.broker.log().slice(-3_000)))
  })
  afterEach(async () => {
    screen.close()
    await helper.stop()
  })

  async function start(): Promise<void> {
    helper = await world.startHelper()
    screen = await openScreen(world)
  }
  async function order(name: OrderName) {
    const { jws } = await world.operations.order(DEVICE_ID, name)
    return world.operations.receiptOf(jws)
  }
  const requestsTo = (path: string) => world.provider.journal.requests.filter((request) => request.path === path)

  it('are refused a session that is not there, and answered with what is', async () => {
    await world.watch.until('attract')
    expect(await order('refresh-tokens')).toMatchObject({ outcome: { kind: 'failed', reason: 'no-session' } })
    expect(await order('revoke-session')).toMatchObject({ outcome: done('nothing-to-end'), metIn: 'attract' })
    const { outcome, clock } = await order('collect-diagnostics')
    expect(outcome).toMatchObject(done('diagnostics-collected'))
    expect('diagnostics' in outcome && outcome.diagnostics).toContain(`Kiosk ${DEVICE_ID}`)
    expect(clock).toBe('provider')
    const diagnostics = await runKioskctl(world.folders.runtime, 'diagnostics')
    expect(diagnostics.stdout).toMatch(/orders +localhost:\d+, connected since/)
  })

  it('are refused, receipted and without effect where they are not an operator’s for this device and this hour', async () => {
    const { operations, orderKey } = world
    const { processId } = (await readKioskState(world.folders.runtime))?.helper ?? {}
    const bad = await makeBadOrders(DEVICE_ID, orderKey)
    for (const { message } of bad) await operations.send(DEVICE_ID, message)
    for (const { what, message, reason } of bad) {
      const { outcome, orderId } = await operations.receiptOf(message)
      expect({ what, outcome }).toEqual({ what, outcome: { kind: 'refused', reason } })
      // Whose order it was may be said only by who has signed it.
      if (['not-signed', 'wrong-signature', 'wrong-algorithm'].includes(reason)) expect(orderId).toBeNull()
    }
    expect((await readKioskState(world.folders.runtime))?.helper.processId).toBe(processId)
  })

  it('stand in the audit trail, whose signed head is reported', async () => {
    const { jws, payload } = await world.operations.order(DEVICE_ID, 'revoke-session')
    const { orderHash } = await world.operations.receiptOf(jws)
    const trail = async () => {
      const names = await readdir(join(world.folders.state, 'audit'))
      const texts = names.map((name) => readFile(join(world.folders.state, 'audit', name), 'utf8'))
      return (await Promise.all(texts)).join('')
    }
    await expect.poll(trail).toMatch(new RegExp(`"event":"order.done".*"orderId":"${payload.jti}"`))
    expect(await trail()).toContain(orderHash)
    expect(await trail()).toMatch(/"event":"order.refused".*"because":"wrong-algorithm"/)
    await expect.poll(() => world.operations.reported.get(DEVICE_ID)?.auditHead).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  it('are refused a second time, also by the next helper', async () => {
    const { operations, orderKey } = world
    const { jws, payload } = await operations.order(DEVICE_ID, 'revoke-session')
    expect((await operations.receiptOf(jws)).outcome.kind).toBe('done')
    const outcomes = () =>
      operations.receipts.filter(({ receipt }) => receipt.orderId === payload.jti).map(({ receipt }) => receipt.outcome)
    await operations.send(DEVICE_ID, jws)
    await expect.poll(outcomes).toHaveLength(2)
    screen.close()
    await helper.stop()
    await operations.send(DEVICE_ID, jws)
    // The same id under a fresh signature is the same order.
    const again = await signOrder({ ...payload, exp: payload.exp + 60 }, orderKey)
    await operations.send(DEVICE_ID, again)
    await start()
    await expect.poll(outcomes).toHaveLength(4)
    expect(outcomes().slice(1)).toEqual(Array(3).fill({ kind: 'refused', reason: 'replayed' }))
  })

  it('renew, replace and end a session, each seen on the screen and at the provider', async () => {
    const { watch, operations } = world
    await signIn(world, screen)
    const tokenRequests = requestsTo('/token').length
    expect(await order('refresh-tokens')).toMatchObject({ outcome: done('tokens-renewed'), metIn: 'signedIn' })
    expect(requestsTo('/token')).toHaveLength(tokenRequests + 1)
    await expect
      .poll(() => operations.reported.get(DEVICE_ID))
      .toMatchObject({
        session: { kind: 'signedIn' },
        token: { isRenewed: true },
      })
    const restarted = await order('restart-sign-in')
    expect(restarted.outcome).toMatchObject(done('session-ended', 'revocation-asked', 'code-requested'))
    await watch.until('awaitingApproval')
    expect((await order('revoke-session')).outcome).toMatchObject(done('sign-in-abandoned'))
    await watch.until('attract')
    await signIn(world, screen)
    const revoked = await order('revoke-session')
    expect(revoked).toMatchObject({ outcome: done('session-ended', 'revocation-asked'), metIn: 'signedIn' })
    const ended = await watch.until('ended')
    expect(ended.session.reason).toBe('revoked')
    await expect.poll(() => requestsTo('/token/revocation').filter(({ status }) => status === 200)).toHaveLength(2)
  })

  it('end a question that nobody has answered yet', async () => {
    await approve(world, screen)
    expect(await order('revoke-session')).toMatchObject({ outcome: { kind: 'done' }, metIn: 'confirming' })
    expect((await world.watch.until('ended')).session.reason).toBe('revoked')
  })

  it('wipe, and the helper ends only when the receipt is on its way', async () => {
    await signIn(world, screen)
    const receipt = await order('wipe')
    expect(receipt.outcome).toMatchObject(done('session-ended', 'revocation-asked', 'vault-destroyed'))
    expect(await helper.exited).toBe(0)
    await start()
    await world.watch.until('attract')
    expect(world.operations.receipts.filter(({ receipt: { orderId } }) => orderId === receipt.orderId)).toHaveLength(1)
  })

  it('wait for a kiosk that is off, and come before any sign-in', async () => {
    screen.close()
    await helper.stop()
    await expect.poll(() => world.operations.presence.get(DEVICE_ID)).toMatchObject({ because: 'helper-stopped' })
    await world.changeBundle({
      caPem: `${world.provider.ca.caPem}\n${world.broker.caPem}`,
      remoteControl: { brokerUrl: world.broker.url },
      session: { start: 'always' },
    })
    const codesBefore = requestsTo('/device/auth').length
    const { jws } = await world.operations.order(DEVICE_ID, 'revoke-session')
    const now = Math.floor(Date.now() / 1000)
    const stale = await world.operations.order(DEVICE_ID, 'wipe', { iat: now - 7_200, exp: now - 3_600 })
    await start()
    const receipt = await world.operations.receiptOf(jws)
    expect(receipt.metIn).toBe('starting')
    expect(await world.operations.receiptOf(stale.jws)).toMatchObject({
      outcome: { kind: 'refused', reason: 'expired' },
      clock: 'provider',
    })
    await world.watch.until('awaitingApproval')
    const [firstCode] = requestsTo('/device/auth').slice(codesBefore)
    expect(firstCode?.atEpochMs).toBeGreaterThanOrEqual(receipt.finishedAtEpochMs)
  })

  it('come again where they were not acknowledged, for want of a disk that keeps them', async () => {
    await order('restart-sign-in')
    await world.watch.until('awaitingApproval')
    // A folder that others can change keeps no order; root's account, which tests may run as, can write anywhere.
    await chmod(world.folders.state, 0o777)
    const { jws, payload } = await world.operations.order(DEVICE_ID, 'revoke-session')
    await expect.poll(() => helper.output(), { timeout: 10_000 }).toContain('orders.not-taken')
    await chmod(world.folders.state, 0o700)
    expect(world.operations.receipts.some(({ receipt }) => receipt.orderId === payload.jti)).toBe(false)
    expect((await world.operations.receiptOf(jws)).outcome.kind).toBe('done')
  })

  it('are neither lost nor done twice by a helper that is killed while it has them', async () => {
    for (const afterMs of [0, 8]) {
      const { jws, payload } = await world.operations.order(DEVICE_ID, 'revoke-session')
      await wait(afterMs)
      helper.child.kill('SIGKILL')
      await helper.exited
      screen.close()
      await start()
      expect((await world.operations.receiptOf(jws)).outcome).toMatchObject({ kind: 'done' })
      const outcomes = world.operations.receipts.filter(({ receipt }) => receipt.orderId === payload.jti)
      expect(new Set(outcomes.map(({ receipt }) => receipt.outcome.kind))).toEqual(new Set(['done']))
    }
    expect((await readKioskState(world.folders.runtime))?.session.kind).not.toBe('unprovisioned')
  })
})
