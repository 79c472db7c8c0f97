import { describe, expect, it } from 'vitest'
import { commandsOf, readPage } from './read-page.ts'

const FENCE = '```'
const PAGE = `# How it is done

See [the other](other.md#a--b), ![a picture](images/one.png) and \`npm run build\`.

1. First:

   ${FENCE}sh on-a-kiosk
   kioskctl state
   ${FENCE}

## A · \`b\`

${FENCE}
nothing said
${FENCE}

## A · \`b\`
`

describe('a page', () => {
  const page = readPage(PAGE)

  it('has fences, also within a list, each with its mark', () => {
    expect(page.fences).toEqual([
      { mark: 'sh on-a-kiosk', text: 'kioskctl state' },
      { mark: '', text: 'nothing said' },
    ])
  })

  it('has links and pictures, and inline code', () => {
    expect(page.targets).toEqual(['other.md#a--b', 'images/one.png'])
    expect(page.codes).toEqual(['npm run build', 'b', 'b'])
  })

  it('has an anchor for each heading, and another for its twin', () => {
    expect([...page.anchors]).toEqual(['how-it-is-done', 'a--b', 'a--b-1'])
  })
})

describe('the commands of a fence', () => {
  it.each([
    ['npm test', ['npm test']],
    [
      'npm run bench -- --json   # eleven minutes; --quick: one\n\n# a comment\nnpm run soak',
      ['npm run bench -- --json', 'npm run soak'],
    ],
    ['fleetctl technician-code \\\n  --device DR-0042', ['fleetctl technician-code --device DR-0042']],
    ['(umask 077; openssl rand -hex 32 > a#b)', ['(umask 077; openssl rand -hex 32 > a#b)']],
  ])('in %j are %j', (text, commands) => {
    expect(commandsOf({ text })).toEqual(commands)
  })
})
