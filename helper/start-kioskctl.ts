#!/usr/bin/env node
/** What `kioskctl` starts with: looks at Node's version before anything is loaded that an older one cannot. Does nothing else. */
import { complainAboutNode } from './node-version.ts'

const complaint = complainAboutNode(process.versions.node)
if (complaint === null) {
  await import('./kioskctl.ts')
} else {
  process.stderr.write(`kioskctl: ${complaint}\n`)
  process.exitCode = 1
}
