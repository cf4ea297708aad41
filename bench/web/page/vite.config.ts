/** The page of people.bench.ts: the product's own scene, without a server. --outDir is given by the bench. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  define: { CESIUM_BASE_URL: JSON.stringify('/cesium/') },
  build: { emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 6_000, reportCompressedSize: false },
});
