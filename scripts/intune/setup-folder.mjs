/** What lies in a setup folder, as a package will hold it. Only looks; never follows a link out of it. */
import { lstatSync, readdirSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { PackageFault } from './package-fault.mjs'
import { findNameFaults } from './windows-names.mjs'

const isInside = (folder, path) => {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function listBelow(folder, prefix, faults) {
  const names = readdirSync(join(folder, prefix))
  if (names.length === 0 && prefix !== '') return [{ name: `${prefix}/`, path: join(folder, prefix) }]
  return names.flatMap((name) => {
    const way = prefix === '' ? name : `${prefix}/${name}`
    const path = join(folder, way)
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status?.isDirectory()) return listBelow(folder, way, faults)
    if (status?.isFile()) return [{ name: way, path }]
    // A name that is not UTF-8 is not found again; the check of names says so.
    if (status === undefined) return [{ name: way, path }]
    const what = status.isSymbolicLink() ? 'a symbolic link: put what it leads to in its place' : 'no ordinary file'
    faults.push(`"${way}" is ${what}`)
    return []
  })
}

/**
 * @param {string} folder
 * @returns {{ name: string, path: string }[]} every file, and every empty folder, whose name ends in `/`
 * @throws PackageFault `input` with every fault at once
 */
function listFolder(folder) {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new PackageFault('input', `--setup: there is no folder ${folder}`)
  const faults = []
  const found = listBelow(folder, '', faults)
  faults.push(...findNameFaults(found.map(({ name }) => name)))
  if (faults.length > 0) throw new PackageFault('input', faults)
  if (!found.some(({ name }) => !name.endsWith('/')))
    throw new PackageFault('input', `--setup: ${folder} holds no file: put the installer into it`)
  return found
}

/**
 * @param {string} folder
 * @param {string} setupFile as given: within the folder, or a path that leads into it
 * @returns {{ files: { name: string, path: string }[], setupFile: string }} the setup file with `/`
 * @throws PackageFault `input`
 */
export function readSetupFolder(folder, setupFile) {
  const path = resolve(folder, setupFile)
  if (!isInside(resolve(folder), path))
    throw new PackageFault('input', `--file: ${setupFile} lies outside ${folder}: name a file in that folder`)
  const files = listFolder(folder)
  const name = relative(resolve(folder), path).split(sep).join('/')
  const found = files.find((file) => file.name === name)
  if (!found) {
    const others = files.filter((file) => !file.name.includes('/')).map((file) => file.name)
    throw new PackageFault('input', `--file: there is no file "${name}" in ${folder}, which holds ${others.join(', ')}`)
  }
  if (/\.msi$/i.test(name))
    throw new PackageFault('input', `--file: "${name}" is an MSI, of which Intune wants more said than this writes`)
  return { files, setupFile: name }
}

/** @throws PackageFault `input` where a package would be written into what it is made of */
export function refuseOutputInside(folder, output) {
  const [from, to] = [resolve(folder), resolve(output)]
  if (from === to || isInside(from, to))
    throw new PackageFault(
      'input',
      `--out: ${output} lies in the setup folder and would be packed with it: name another`,
    )
}
