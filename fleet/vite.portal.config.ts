import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/** What the portal reads when it starts, beside it. */
function putStylesheetBeside(): Plugin {
  const fileName = 'portal.css'
  return {
    name: 'put-stylesheet-beside',
    generateBundle() {
      const source = readFileSync(join(import.meta.dirname, 'staff-portal', fileName), 'utf8')
      this.emitFile({ type: 'asset', fileName, source })
    },
  }
}

/** The staff portal: one ES module and its stylesheet, which need nothing but Node. Lies beside fleetctl. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  plugins: [putStylesheetBeside()],
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: 'staff-portal/main.ts',
    target: 'node24',
    outDir: '../dist/fleet',
    emptyOutDir: false,
    rolldownOptions: { output: { format: 'es', entryFileNames: 'staff-portal.mjs', codeSplitting: false } },
  },
})
