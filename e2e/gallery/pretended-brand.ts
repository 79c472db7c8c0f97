/** A brand with everything that a bundle can give it: a logo, two colours and a ground, as a helper would have derived them. */
import { createHash } from 'node:crypto'
import { type Brand, brandSchema } from '../../contract/brand.ts'

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 232 64">
  <path fill="#a182ff" d="M32 4 60 32 32 60 4 32Z"/><path fill="#e4572e" d="M32 20 44 32 32 44 20 32Z"/>
  <path fill="none" stroke="#a182ff" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"
    d="M84 50V16l26 34V16M164 24a15 15 0 1 0 0 18M190 50V16h26M190 33h20"/>
</svg>`

/** In base64, as a part of it comes over the bridge. */
export const PRETENDED_LOGO = Buffer.from(LOGO).toString('base64')

export const PRETENDED_BRAND: Brand = brandSchema.parse({
  name: 'Northcliff Front Desk',
  logo: { type: 'svg', sha256: createHash('sha256').update(LOGO).digest('hex') },
  palette: {
    dark: {
      ...{ ground: '#1e1a34', groundGlow: '#302b4d', surface: '#25203e', line: '#3e395d', ink: '#f6f6ff' },
      ...{ inkSoft: '#bab8d5', accent: '#a182ff', onAccent: '#000000', cardAccent: '#e4572e' },
      ...{ markFrom: '#a182ff', markTo: '#8463dd', onMark: '#000000' },
    },
    light: {
      ...{ ground: '#f4f4fa', groundGlow: '#e7e6f6', surface: '#ffffff', line: '#d0cfe1', ink: '#19162d' },
      ...{ inkSoft: '#54516c', accent: '#6d28d9', onAccent: '#ffffff', cardAccent: '#e4572e' },
      ...{ markFrom: '#6d28d9', markTo: '#5100ab', onMark: '#ffffff' },
    },
  },
  notices: [],
} satisfies Brand)
