import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KioskError } from '../contract/kiosk-error.ts'
import { type ScreenIncident, screenIncidentSchema } from '../contract/screen-incident.ts'
import { keepIncidents } from './incidents.ts'

describe('incidents of the shell', () => {
  let isLinked: boolean
  let sent: ScreenIncident[]
  const send = async (incident: ScreenIncident) => {
    if (!isLinked) throw new KioskError('link-closed', 'the helper is away')
    sent.push(screenIncidentSchema.parse(incident))
  }
  const logged: string[] = []

  beforeEach(() => {
    isLinked = true
    sent = []
    logged.length = 0
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
      logged.push(JSON.parse(String(line)).event)
      return true
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('go to the helper in their order once it is there, the newest twenty of them', async () => {
    const incidents = keepIncidents(send)
    isLinked = false
    for (let count = 1; count <= 25; count += 1) incidents.note('display-changed', `${count}`)
    await incidents.flush()
    expect(sent).toEqual([])
    isLinked = true
    await incidents.flush()
    await incidents.flush()
    expect(sent.map(({ reason }) => reason)).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 6}`))
  })

  it('are logged when they begin, and sent once, with how long they took', async () => {
    const incidents = keepIncidents(send)
    const close = incidents.open('frozen', 'no frame')
    await incidents.flush()
    expect([logged, sent]).toEqual([['screen.frozen'], []])
    close(6_200)
    await incidents.flush()
    expect(logged).toEqual(['screen.frozen', 'screen.recovered'])
    expect(sent).toMatchObject([{ kind: 'frozen', reason: 'no frame', recoveredAfterMs: 6_200 }])
  })

  it('carry no more than the contract takes, whatever a display calls itself', async () => {
    const incidents = keepIncidents(send)
    for (const label of ['Bildschirm für\u001b[31m Gäste', 'x'.repeat(500), '']) {
      incidents.note('display-changed', label)
    }
    await incidents.flush()
    expect(sent.map(({ reason }) => reason)).toEqual(['Bildschirm f?r?[31m G?ste', 'x'.repeat(200), 'unknown'])
  })

  it('do not wait for ever behind one that the helper refuses', async () => {
    const refusing = vi.fn(send).mockRejectedValueOnce(new Error('refused'))
    const incidents = keepIncidents(refusing)
    incidents.note('gpu-gone', 'killed')
    incidents.note('gpu-gone', 'crashed')
    await incidents.flush()
    await incidents.flush()
    expect(sent.map(({ reason }) => reason)).toEqual(['crashed'])
  })
})
