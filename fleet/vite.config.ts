import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/** What the tool reads when it runs, beside it. */
function putTemplateBeside(): Plugin {
  const fileName = 'nginx.conf.template'
  return {
    name: 'put-template-beside',
    generateBundle() {
      const source = readFileSync(join(import.meta.dirname, 'gateway', fileName), 'utf8')
      this.emitFile({ type: 'asset', fileName, source })
    },
  }
}

/** The operator's tool: one ES module that needs nothing but Node. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  plugins: [putTemplateBeside()],
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: 'fleetctl.ts',
    target: 'node24',
    outDir: '../dist/fleet',
    emptyOutDir: true,
    rolldownOptions: { output: { format: 'es', entryFileNames: 'fleetctl.mjs', codeSplitting: false } },
  },
})
