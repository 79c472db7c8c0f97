import { defineConfig } from 'vite'

/** The preload: one CommonJS file, because a sandboxed preload may require only Electron's own modules. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  ssr: { noExternal: true, external: ['electron'], target: 'node' },
  build: {
    ssr: 'preload.ts',
    target: 'chrome140',
    outDir: '../dist/electron',
    emptyOutDir: false,
    rolldownOptions: { output: { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false } },
  },
})
