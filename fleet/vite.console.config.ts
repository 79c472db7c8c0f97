/** Builds the fleet page beside fleetctl. Never inlines an asset, a script or a style: the page's policy forbids all three. */
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: join(import.meta.dirname, 'console'),
  base: './',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: '../../dist/fleet/console',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
})
