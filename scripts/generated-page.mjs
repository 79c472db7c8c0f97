/** A page of docs/ that a script writes. With `--check` nothing is written, and a page that is out of date fails. */
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'

export function writeOrCheck(path, page) {
  if (!process.argv.includes('--check')) {
    writeFileSync(path, page)
  } else if (readFileSync(path, 'utf8') !== page) {
    console.error(`docs/${basename(path)} is out of date: run "npm run docs"`)
    process.exitCode = 1
  }
}
