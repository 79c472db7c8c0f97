/** `npm run intune:package`: a .intunewin of a folder on any system, and a reader of them. Never prints a key. */
import { parseArgs } from 'node:util'
import { makeKeys, readKeys } from './intune/key-material.mjs'
import { PackageFault } from './intune/package-fault.mjs'
import { openIntunePackage } from './intune/read-package.mjs'
import { unpackIntunePackage } from './intune/unpack-package.mjs'
import { writeIntunePackage } from './intune/write-package.mjs'

const USAGE = `Usage: npm run intune:package -- --setup FOLDER --file FILE --out FOLDER [--keys FILE]
       npm run intune:package -- check PACKAGE [--foreign]
       npm run intune:package -- unpack PACKAGE --out FOLDER [--foreign]

  --setup FOLDER  what the package will hold: the installer and all that it needs
  --file FILE     the installer in it, which Intune starts
  --out FOLDER    where the .intunewin goes, named after the installer; or what is unpacked
  --keys FILE     for the same bytes once more: a package that was made of the same folder, or JSON with encryptionKey, macKey
                  (32 bytes each) and initializationVector (16) in base64. Without it every package has keys of its own.
  --foreign       the package was made by another tool: its form may differ, what it says must still hold

Ends with 0 when done, 1 when refused or a fault was found, 2 for wrong usage.`

const EXIT = { done: 0, refused: 1, usage: 2 }

class UsageFault extends Error {}

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        setup: { type: 'string' },
        file: { type: 'string' },
        out: { type: 'string' },
        keys: { type: 'string' },
        foreign: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageFault(error.message)
  }
}

/** @returns {string[]} the values of options that must be there */
function need(values, names, others = []) {
  const missing = names.filter((name) => !values[name])
  if (missing.length > 0) throw new UsageFault(`${missing.map((name) => `--${name}`).join(', ')} must be given`)
  const known = [...names, ...others]
  const odd = Object.keys(values).find((name) => values[name] && !known.includes(name))
  if (odd) throw new UsageFault(`--${odd} does not belong here`)
  return names.map((name) => values[name])
}

const describe = ({ detection, count }) =>
  `${count} ${count === 1 ? 'entry' : 'entries'}, ${detection.unencryptedContentSize} bytes, starts ${detection.setupFile}`

async function pack(values) {
  const [setup, file, out] = need(values, ['setup', 'file', 'out'], ['keys'])
  const secrets = values.keys ? await readKeys(values.keys) : { keys: makeKeys(), onlyFor: null }
  const { path, fileCount, unencryptedContentSize } = await writeIntunePackage({ setup, file, out, ...secrets })
  console.log(`${path}: ${fileCount} ${fileCount === 1 ? 'entry' : 'entries'}, ${unencryptedContentSize} bytes`)
}

async function check(values, path) {
  need(values, [], ['foreign'])
  const isForeign = values.foreign
  const found = await openIntunePackage(path, { isForeign }, async ({ detection, entries }) => ({
    detection,
    count: entries.length,
  }))
  const form = isForeign ? 'its form was not looked at' : 'every byte is as this command writes it'
  console.log(`${path}: HMAC, digest, sizes and checksums hold; ${form}\n  ${describe(found)}`)
}

async function unpack(values, path) {
  const [out] = need(values, ['out'], ['foreign'])
  const { detection, fileCount } = await unpackIntunePackage(path, { out, isForeign: values.foreign })
  console.log(`${out}: ${describe({ detection, count: fileCount })}`)
}

async function main() {
  const { values, positionals } = readOptions()
  if (values.help) return console.log(USAGE)
  const [command, ...paths] = positionals
  if (command === undefined) return pack(values)
  if (command !== 'check' && command !== 'unpack') throw new UsageFault(`"${command}" is neither check nor unpack`)
  if (paths.length !== 1) throw new UsageFault(`${command} takes one package`)
  return (command === 'check' ? check : unpack)(values, paths[0])
}

try {
  await main()
  process.exitCode = EXIT.done
} catch (error) {
  if (error instanceof PackageFault) for (const line of error.lines) console.error(`intune:package: ${line}`)
  else if (error instanceof UsageFault) console.error(`intune:package: ${error.message}\n\n${USAGE}`)
  // What the system refuses (a full disk, a folder without rights) says itself which file it was.
  else if (error.syscall) console.error(`intune:package: ${error.message}`)
  else throw error
  process.exitCode = error instanceof UsageFault ? EXIT.usage : EXIT.refused
}
