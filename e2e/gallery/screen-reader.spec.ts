/** What a person who cannot see the screen hears of a sign-in, from the first touch to the end of the session. */
import { readFile } from 'node:fs/promises'
import { HEARD_CODES, HEARD_NAME, playSignIn, transcriptOf } from './as-heard.ts'
import { TRANSCRIPT_PATH } from './committed-pictures.ts'
import { expect, PLAIN_LOOK, test } from './gallery-test.ts'

const letterByLetter = (code: string) => [...code].join(', ')

test('a sign-in is heard as the transcript says', async ({ gallery }) => {
  await gallery.wear(PLAIN_LOOK)
  const heard = await playSignIn(gallery)
  expect(transcriptOf(heard), 'if this is wanted: npm run gallery -- --accept').toBe(
    await readFile(TRANSCRIPT_PATH, 'utf8'),
  )
})

test('a code is spelled, an old one is never heard again, and nobody is named after the end', async ({ gallery }) => {
  await gallery.wear(PLAIN_LOOK)
  const heard = await playSignIn(gallery)
  const all = heard.map(({ said, readable }) => `${said.join('\n')}\n${readable}`)
  const place = (what: string) => heard.findIndex((step) => step.what === what)
  const [shown, renewed, ended] = [
    place('The code is there'),
    place('The code is renewed'),
    place('The session is over'),
  ]

  expect(heard[shown]?.said.join()).toContain(letterByLetter(HEARD_CODES.old))
  expect(heard[renewed + 1]?.said.join()).toContain(letterByLetter(HEARD_CODES.new))
  for (const afterwards of all.slice(renewed)) {
    expect(afterwards).not.toContain(letterByLetter(HEARD_CODES.old))
    expect(afterwards).not.toContain(HEARD_CODES.old)
  }
  expect(all[ended - 1]).toContain(HEARD_NAME)
  for (const afterwards of all.slice(ended)) expect(afterwards).not.toContain(HEARD_NAME)
})

test('time that goes by is not chattered about', async ({ gallery }) => {
  await gallery.wear(PLAIN_LOOK)
  const heard = await playSignIn(gallery)
  const of = (what: string) => heard.find((step) => step.what === what)?.said
  expect(of('Half a minute goes by')).toEqual([])
  expect(of('Less than a minute is left')).toHaveLength(1)
  // Ninety seconds, thirty of them with a countdown on the screen: one question.
  expect(of('Nobody uses the kiosk')).toHaveLength(1)
  for (const text of heard.flatMap(({ said }) => said)) expect(text).not.toMatch(/\d:\d\d|seconds/)
})
