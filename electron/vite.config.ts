import { defineConfig } from 'vite'

/** The shell's main process: one CommonJS file that requires nothing but Electron and Node. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  ssr: { noExternal: true, external: ['electron'], target: 'node' },
  build: {
    ssr: 'main.ts',
    target: 'node24',
    outDir: '../dist/electron',
    emptyOutDir: true,
    rolldownOptions: { output: { format: 'cjs', entryFileNames: 'main.cjs', codeSplitting: false } },
  },
})
