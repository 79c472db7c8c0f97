import { defineConfig } from 'vite'
import packageJson from '../package.json' with { type: 'json' }

/** Two self-contained ES modules for the shipped Node: the helper and the technician's tool. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  define: { KIOSK_VERSION: JSON.stringify(packageJson.version) },
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: true,
    target: 'node24',
    outDir: '../dist/helper',
    emptyOutDir: true,
    rolldownOptions: {
      input: { main: 'helper/main.ts', kioskctl: 'helper/kioskctl.ts' },
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
})
