/** A program that records without a pause until it is killed, and says which line is durable. For audit-kill.integration.test.ts. */
import { LOOKED, makeAuditStage, STARTED } from './audit-stage.fixture.ts'

const [stateFolder] = process.argv.slice(2)
const trail = makeAuditStage(stateFolder).open({ limits: { fileBytes: 4_000, files: 4 } })
for (;;) {
  // Several at once are written at once: a kill may come in the middle of them.
  const recorded = await Promise.all([STARTED, LOOKED, LOOKED, LOOKED].map((event) => trail.record(event)))
  if (recorded.includes('late')) throw new Error('the disk is too slow for this test')
  process.stdout.write(`${trail.head()?.sequence}\n`)
}
