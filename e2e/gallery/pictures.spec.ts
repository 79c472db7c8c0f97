/** The committed pictures of docs/gallery still show what the page draws. Never accepts a change: a person does. */
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { COMMITTED_FOLDER, committedPictures, takeCommitted } from './committed-pictures.ts'
import { expect, test } from './gallery-test.ts'

const drawnBy: { chromium: string; platform: string } = JSON.parse(
  readFileSync(join(COMMITTED_FOLDER, 'drawn-by.json'), 'utf8'),
)

/** The share of pixels that may differ. The same Chromium draws the same; another sets letters a little differently. */
const SAME_CHROMIUM = { threshold: 0.1, maxDiffPixelRatio: 0.0005 }
const OTHER_CHROMIUM = { threshold: 0.3, maxDiffPixelRatio: 0.03 }

const HOW_TO_ACCEPT =
  'look at the difference below; if it is wanted, run "npm run gallery -- --accept" and commit docs/gallery'

for (const picture of committedPictures()) {
  test(`${picture.name} shows what the page draws`, async ({ gallery, studio }, testInfo) => {
    const isSame = studio.chromiumVersion === drawnBy.chromium && process.platform === drawnBy.platform
    if (!isSame) {
      const description = `drawn by Chromium ${drawnBy.chromium} on ${drawnBy.platform}, compared loosely with ${studio.chromiumVersion} on ${process.platform}`
      testInfo.annotations.push({ type: 'compared-loosely', description })
      console.log(`${picture.name}: ${description}`)
    }
    const drawn = await takeCommitted(gallery, picture)
    expect(drawn, HOW_TO_ACCEPT).toMatchSnapshot(picture.name, isSame ? SAME_CHROMIUM : OTHER_CHROMIUM)
  })
}

test('docs/gallery holds the selected pictures and no other', async () => {
  const kept = (await readdir(COMMITTED_FOLDER)).filter((name) => name.endsWith('.png'))
  expect(kept.sort(), HOW_TO_ACCEPT).toEqual(
    committedPictures()
      .map(({ name }) => name)
      .sort(),
  )
})
