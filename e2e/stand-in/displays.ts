/** The displays of this pretended machine, which a spec may plug in, pull out, rotate and rescale. Chromium is told of each change. */
import type { Display } from 'electron'
import { z } from 'zod'
import { inBackground } from './chromium-connection.ts'
import { runtime } from './runtime.ts'

/** One display as a spec describes it; the first is the primary one, and they stand side by side. */
export const pretendedDisplaySchema = z.strictObject({
  label: z.string(),
  /** In pixels of the panel as it hangs. */
  width: z.int().positive(),
  height: z.int().positive(),
  scaleFactor: z.number().positive().default(1),
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]).default(0),
  internal: z.boolean().default(false),
})
export type PretendedDisplay = z.input<typeof pretendedDisplaySchema>

export type DisplayChange =
  | { kind: 'added'; display: Display }
  | { kind: 'removed'; display: Display }
  | { kind: 'changed'; display: Display; metrics: string[] }

const idsByLabel = new Map<string, number>()
const chromiumIds = new Map<number, string>()
let displays: Display[] = describe([pretendedDisplaySchema.parse({ label: 'stand-in', ...runtime.screen })])
let telling: Promise<unknown> = Promise.resolve()

function idOf(label: string): number {
  const id = idsByLabel.get(label) ?? idsByLabel.size + 1
  idsByLabel.set(label, id)
  return id
}

/** As Electron does, in pixels that are independent of the scale. */
function describe(wanted: readonly z.output<typeof pretendedDisplaySchema>[]): Display[] {
  let x = 0
  return wanted.map(({ label, scaleFactor, rotation, internal, ...panel }) => {
    const size = { width: Math.round(panel.width / scaleFactor), height: Math.round(panel.height / scaleFactor) }
    const bounds = { x, y: 0, ...size }
    x += size.width
    return {
      id: idOf(label),
      label,
      bounds,
      size,
      workArea: bounds,
      workAreaSize: size,
      maximumCursorSize: size,
      nativeOrigin: { x: 0, y: 0 },
      scaleFactor,
      rotation,
      internal,
      detected: true,
      monochrome: false,
      colorDepth: 24,
      depthPerComponent: 8,
      colorSpace: '',
      displayFrequency: 60,
      accelerometerSupport: 'unknown',
      touchSupport: 'unknown',
    }
  })
}

function changesBetween(before: readonly Display[], after: readonly Display[]): DisplayChange[] {
  const removed = before.filter(({ id }) => !after.some((other) => other.id === id))
  const changes = removed.map((display): DisplayChange => ({ kind: 'removed', display }))
  for (const display of after) {
    const old = before.find(({ id }) => id === display.id)
    const metrics = (['bounds', 'workArea', 'scaleFactor', 'rotation'] as const).filter(
      (metric) => JSON.stringify(old?.[metric]) !== JSON.stringify(display[metric]),
    )
    if (old === undefined) changes.push({ kind: 'added', display })
    else if (metrics.length > 0) changes.push({ kind: 'changed', display, metrics })
  }
  return changes
}

/** Chromium keeps its last display: where a spec leaves none, only the app is told. */
async function tellChromium(changes: readonly DisplayChange[], isNoneLeft: boolean): Promise<void> {
  const { browser } = (await runtime.chromium()).connection
  if (chromiumIds.size === 0) {
    const [first] = (await browser.send('Emulation.getScreenInfos')).screenInfos
    if (first) chromiumIds.set(1, first.id)
  }
  const removed = changes.filter(({ kind }) => kind === 'removed')
  for (const { kind, display } of changes.filter((change) => change.kind !== 'removed')) {
    const { bounds, scaleFactor, rotation, internal, label } = display
    const panel = {
      left: bounds.x,
      top: bounds.y,
      width: Math.round(bounds.width * scaleFactor),
      height: Math.round(bounds.height * scaleFactor),
      devicePixelRatio: scaleFactor,
      rotation,
      isInternal: internal,
      label,
    }
    const screenId = chromiumIds.get(display.id)
    if (screenId !== undefined) await browser.send('Emulation.updateScreen', { screenId, ...panel })
    else if (kind === 'added') {
      const { screenInfo } = await browser.send('Emulation.addScreen', panel)
      chromiumIds.set(display.id, screenInfo.id)
    }
  }
  for (const { display } of isNoneLeft ? [] : removed) {
    const screenId = chromiumIds.get(display.id)
    if (screenId === undefined) continue
    chromiumIds.delete(display.id)
    await browser.send('Emulation.removeScreen', { screenId })
  }
}

export function allDisplays(): Display[] {
  return displays
}

/** Resolves when Chromium has taken it in; what changed is for the app to be told then. */
export async function changeDisplays(wanted: readonly PretendedDisplay[]): Promise<DisplayChange[]> {
  const before = displays
  displays = describe(wanted.map((one) => pretendedDisplaySchema.parse(one)))
  const changes = changesBetween(before, displays)
  const isNoneLeft = displays.length === 0
  telling = telling.then(() => tellChromium(changes, isNoneLeft))
  inBackground(telling)
  await telling
  return changes
}
