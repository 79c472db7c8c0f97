/** Builds the kiosk's page into dist/renderer. Never inlines an asset, a script or a style: the page's CSP forbids all three. */
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { catalogPlugin } from './languages/catalog-plugin.ts'

export default defineConfig({
  root: import.meta.dirname,
  // The page is loaded from app://kiosk/index.html.
  base: './',
  plugins: [react(), catalogPlugin()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'recovering.html'].map((name) => join(import.meta.dirname, name)),
      // The shell has parsed every view already: the schemas, and zod with them, stay out of the page.
      treeshake: { manualPureFunctions: ['z'] },
    },
  },
})
