import type { IPublishPacket } from 'mqtt-packet'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type BrokerConnection, type BrokerEvents, connectToBroker } from './broker-connection.ts'
import { type Answers, type PretendedBroker, pretendDevice, startPretendedBroker } from './pretended-broker.fixture.ts'

const REFUSED = 0x87
const ORDER = { cmd: 'publish', topic: 'kiosks/DR-0042/orders', payload: 'an order', qos: 1, dup: false, retain: false }
const orderOf = (messageId: number) => ({ ...ORDER, messageId }) as IPublishPacket

describe('the connection to the broker', () => {
  const open: { close(how: { planned: boolean }): Promise<void> }[] = []
  const brokers: PretendedBroker[] = []
  afterEach(async () => {
    for (const connection of open.splice(0)) await connection.close({ planned: true })
    for (const broker of brokers.splice(0)) await broker.close()
  })

  async function connect(answers: Answers = {}, events: Partial<BrokerEvents> = {}) {
    const broker = await startPretendedBroker(answers)
    brokers.push(broker)
    let identity = await pretendDevice('first', broker.caPem)
    const told = {
      onOrder: vi.fn(async () => 'taken' as const),
      onConnected: vi.fn(),
      onDisconnected: vi.fn(),
      ...events,
    }
    const log = { warn: vi.fn() }
    const connection: BrokerConnection = connectToBroker(
      {
        brokerUrl: broker.url,
        sessionExpiryDays: 1,
        identity: () => identity,
        random: () => 0,
        log: log as never,
      },
      told,
    )
    open.push(connection)
    const renew = async () => {
      identity = await pretendDevice('second', broker.caPem)
      connection.renew()
    }
    return { broker, connection, ...told, log, renew }
  }
  const sentTo = ({ packets }: PretendedBroker, cmd: string) => packets.filter((packet) => packet.cmd === cmd)

  it('brings orders though the broker refuses to keep the device’s presence', async () => {
    const subscribing = Promise.withResolvers<() => void>()
    const { onConnected, log } = await connect({
      publish: ({ messageId = 0 }, send) => send({ cmd: 'puback', messageId, reasonCode: REFUSED }),
      subscribe: ({ messageId = 0 }, send) =>
        subscribing.resolve(() => send({ cmd: 'suback', messageId, granted: [1] })),
    })
    // The refusal has come, and nobody has waited for it yet.
    await vi.waitFor(() => expect(log.warn).toHaveBeenCalled())
    const grant = await subscribing.promise
    grant()
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalledOnce())
  })

  it.each([
    ['refuses it', REFUSED],
    ['grants less than QoS 1, which keeps and acknowledges nothing', 0],
  ])('is given up and tried again where the broker %s', async (_how, granted) => {
    const { broker, onConnected } = await connect({
      // The presence is refused later than the subscription.
      publish: () => {},
      subscribe({ messageId = 0 }, send) {
        send({ cmd: 'suback', messageId, granted: [granted] })
        send({ cmd: 'puback', messageId: messageId === 1 ? 2 : 1, reasonCode: REFUSED })
      },
    })
    await vi.waitFor(() => expect(sentTo(broker, 'connect')).toHaveLength(2), { timeout: 5_000 })
    expect(onConnected).not.toHaveBeenCalled()
  })

  it('acknowledges an order once it is taken', async () => {
    const taking = Promise.withResolvers<'taken'>()
    const { broker, onConnected, onOrder } = await connect({}, { onOrder: vi.fn(() => taking.promise) })
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalled())
    broker.send(orderOf(7))
    await vi.waitFor(() => expect(onOrder).toHaveBeenCalled())
    expect(sentTo(broker, 'puback')).toEqual([])
    taking.resolve('taken')
    await vi.waitFor(() => expect(sentTo(broker, 'puback')).toMatchObject([{ messageId: 7 }]))
  })

  it('acknowledges on no other connection, not even one that is yet to come', async () => {
    const taking = Promise.withResolvers<'taken'>()
    const { broker, onConnected, onDisconnected, onOrder } = await connect({}, { onOrder: vi.fn(() => taking.promise) })
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalled())
    broker.send(orderOf(7))
    await vi.waitFor(() => expect(onOrder).toHaveBeenCalled())
    broker.cut()
    await vi.waitFor(() => expect(onDisconnected).toHaveBeenCalled())
    // The old one is gone, and the next has not begun.
    taking.resolve('taken')
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalledTimes(2), { timeout: 5_000 })
    broker.send(orderOf(8))
    await vi.waitFor(() => expect(sentTo(broker, 'puback')).toMatchObject([{ messageId: 8 }]))
  })

  it('does not acknowledge an order that is left, and still hears that a receipt behind it has arrived', async () => {
    const { broker, connection, onConnected, onDisconnected, onOrder } = await connect(
      {},
      { onOrder: vi.fn(async () => 'left' as const) },
    )
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalled())
    broker.send(orderOf(7))
    broker.send(orderOf(8))
    await vi.waitFor(() => expect(onOrder).toHaveBeenCalledTimes(2))
    await connection.sendReceipt('a.b.c')
    await connection.close({ planned: false })
    const [, before] = broker.packets.toReversed()
    expect(String((before as IPublishPacket).payload)).toContain('helper-stopped')
    expect(sentTo(broker, 'puback')).toEqual([])
    expect(onDisconnected).not.toHaveBeenCalled()
  })

  it('says why it is gone where an order could not be taken', async () => {
    const why = new Error('no space')
    const { broker, onConnected, onDisconnected } = await connect({}, { onOrder: () => Promise.reject(why) })
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalled())
    broker.send(orderOf(7))
    await vi.waitFor(() => expect(onDisconnected).toHaveBeenCalledWith(why))
    expect(sentTo(broker, 'puback')).toEqual([])
  })

  it('is made anew with a certificate that was renewed', async () => {
    const { broker, onConnected, renew } = await connect()
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalled())
    await renew()
    await vi.waitFor(() => expect(broker.clients).toEqual(['first', 'second']), { timeout: 5_000 })
  })

  it('ends with the device’s own words, though a receipt was never acknowledged', async () => {
    const { broker, connection, onConnected } = await connect({
      publish({ topic, messageId = 0 }, send) {
        if (!topic.endsWith('receipts')) send({ cmd: 'puback', messageId, reasonCode: 0 })
      },
    })
    await vi.waitFor(() => expect(onConnected).toHaveBeenCalled())
    const receipt = connection.sendReceipt('a.b.c').catch((error: Error) => error)
    await vi.waitFor(() => expect(JSON.stringify(broker.packets)).toContain('receipts'))
    await connection.close({ planned: false })
    expect(await receipt).toBeInstanceOf(Error)
    const [last, before] = broker.packets.toReversed()
    expect(last).toMatchObject({ cmd: 'disconnect', reasonCode: 0 })
    expect(String((before as IPublishPacket).payload)).toContain('helper-stopped')
  })
})
