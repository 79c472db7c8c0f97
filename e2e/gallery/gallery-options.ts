/** What the command line of the gallery says. Refuses what it does not know, and says what there is. */
import { parseArgs } from 'node:util'
import { LANGUAGES } from '../../contract/languages.ts'
import { PANELS, THEMES } from './looks.ts'
import { GALLERY_SCENES } from './scenes.ts'

export const GALLERY_USAGE = `Usage: npm run gallery -- [options]

  --quick             the main scenes on two panels, in one theme, in English, German and Arabic
  --scene NAME        one scene, or every scene whose name begins so
  --size WxH          one of ${PANELS.map(({ name }) => name).join(', ')}
  --theme NAME        one of ${THEMES.join(', ')}
  --language TAG      one of ${LANGUAGES.join(', ')}
  --accept            writes the committed pictures of docs/gallery/ anew, and takes no others
  --help`

export type GalleryOptions = {
  quick: boolean
  accept: boolean
  scene: string | null
  size: string | null
  theme: string | null
  language: string | null
}

function oneOf(option: string, given: string | undefined, known: readonly string[]): string | null {
  if (given === undefined || known.includes(given)) return given ?? null
  throw new TypeError(`--${option} takes one of ${known.join(', ')}, not "${given}"`)
}

/**
 * @returns null for a call for help
 * @throws TypeError for a wrong use
 */
export function readGalleryOptions(args: readonly string[]): GalleryOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      accept: { type: 'boolean', default: false },
      scene: { type: 'string' },
      size: { type: 'string' },
      theme: { type: 'string' },
      language: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return null
  const names = GALLERY_SCENES.map(({ name }) => name)
  if (values.scene !== undefined && !names.some((name) => name.startsWith(values.scene ?? ''))) {
    throw new TypeError(`no scene begins with "${values.scene}"; there are ${names.join(', ')}`)
  }
  return {
    quick: values.quick,
    accept: values.accept,
    scene: values.scene ?? null,
    size: oneOf(
      'size',
      values.size,
      PANELS.map(({ name }) => name),
    ),
    theme: oneOf('theme', values.theme, THEMES),
    language: oneOf('language', values.language, LANGUAGES),
  }
}
