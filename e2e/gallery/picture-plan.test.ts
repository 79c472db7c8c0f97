import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../contract/languages.ts'
import { readGalleryOptions } from './gallery-options.ts'
import { planPictures } from './picture-plan.ts'

function plan(...args: string[]) {
  const options = readGalleryOptions(args)
  if (options === null) throw new Error('that was a call for help')
  return planPictures(options)
}
const seen = <T>(batches: ReturnType<typeof plan>, of: (batch: ReturnType<typeof plan>[number]) => T) => [
  ...new Set(batches.map(of)),
]

describe('planPictures', () => {
  it('takes every panel in both themes and every language', () => {
    const batches = plan()
    expect(seen(batches, ({ look }) => look.panel.name)).toHaveLength(6)
    expect(seen(batches, ({ look }) => look.theme)).toEqual(['dark', 'light'])
    expect(seen(batches, ({ look }) => look.language)).toEqual(LANGUAGES)
  })

  it('takes QR codes on dense panels as well, and nothing else there', () => {
    const dense = plan().filter(({ look }) => look.pixelRatio !== 1)
    expect(seen(dense, ({ look }) => look.pixelRatio)).toEqual([1.5, 2])
    const names = dense.flatMap(({ scenes }) => scenes.map(({ name }) => name))
    expect(names.filter((name) => !name.startsWith('approve-'))).toEqual([])
  })

  it('is quick with one theme, two panels and three languages', () => {
    const batches = plan('--quick')
    expect(batches).toHaveLength(6)
    expect(seen(batches, ({ look }) => look.language)).toEqual(['en', 'de', 'ar'])
  })

  it('takes what was asked for, quick or not', () => {
    const [batch, ...others] = plan(
      '--quick',
      '--scene',
      'unlinked',
      '--size',
      '600x1024',
      '--theme',
      'light',
      '--language',
      'fr',
    )
    expect(others).toEqual([])
    expect(batch?.look).toMatchObject({ panel: { name: '600x1024' }, theme: 'light', language: 'fr' })
    expect(batch?.scenes.map(({ name }) => name)).toEqual(['unlinked-first', 'unlinked-away'])
  })
})

describe('readGalleryOptions', () => {
  it.each([
    ['--scene', 'nowhere', /no scene begins with "nowhere"; there are attract/],
    ['--size', '1x1', /--size takes one of 1920x1080/],
    ['--theme', 'pink', /--theme takes one of dark, light, not "pink"/],
    ['--language', 'xx', /--language takes one of en, de/],
  ])('refuses %s %s and says what there is', (option, value, message) => {
    expect(() => readGalleryOptions([option, value])).toThrow(message)
  })
})
