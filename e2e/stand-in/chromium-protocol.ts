/** The types of Chromium's DevTools protocol, which playwright-core ships without exporting them. Types only. */
export type { Protocol } from '../../node_modules/playwright-core/types/protocol.d.ts'
