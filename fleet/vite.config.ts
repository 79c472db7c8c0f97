import { defineConfig } from 'vite'

/** The operator's tool: one ES module that needs nothing but Node. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: 'fleetctl.ts',
    target: 'node24',
    outDir: '../dist/fleet',
    emptyOutDir: true,
    rolldownOptions: { output: { format: 'es', entryFileNames: 'fleetctl.mjs', codeSplitting: false } },
  },
})
