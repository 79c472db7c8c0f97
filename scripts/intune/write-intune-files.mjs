/** `npm run intune:files`: writes whatever is made of build/windows/windows-product.mjs.. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderIntuneFiles } from './intune-files.mjs'

const ROOT = join(import.meta.dirname, '..', '..')

for (const [path, text] of Object.entries(renderIntuneFiles())) {
  writeFileSync(join(ROOT, path), text)
  console.log(path)
}
