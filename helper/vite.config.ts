import { defineConfig } from 'vite'
import packageJson from '../package.json' with { type: 'json' }

/** ES modules for the shipped Node: the helper, its keychain agent and the technician's tool. Only the keychain is native. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  define: { KIOSK_VERSION: JSON.stringify(packageJson.version) },
  // Copied beside the bundle by scripts/build.mjs, because it loads a native file.
  ssr: { noExternal: true, external: ['keytar'], target: 'node' },
  build: {
    ssr: true,
    target: 'node24',
    outDir: '../dist/helper',
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        main: 'helper/main.ts',
        kioskctl: 'helper/start-kioskctl.ts',
        'keychain-agent': 'helper/vault/keychain-agent.ts',
      },
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
})
