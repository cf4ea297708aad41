/**
 * Builds the page into dist/web. Cesium's own workers, textures and third-party files are copied beside it and served
 * from /cesium/, so the page asks no other host for anything.
 */
import { cpSync, createReadStream, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import solid from 'vite-plugin-solid';

const root = import.meta.dirname;
const outDir = resolve(root, '../dist/web');
const cesiumBuild = join(dirname(createRequire(import.meta.url).resolve('cesium/package.json')), 'Build', 'Cesium');
const CESIUM_FOLDERS = ['Assets', 'Workers', 'ThirdParty'] as const;
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.xml': 'application/xml',
};

/** Serves Cesium's static files in development and copies them in a build (about 7.8 MB). */
function cesiumAssets(): Plugin {
  return {
    name: 'park-cesium-assets',
    configureServer(server) {
      server.middlewares.use('/cesium', (request, response, next) => {
        const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
        const file = join(cesiumBuild, path);
        const isInside = CESIUM_FOLDERS.some((folder) => file.startsWith(join(cesiumBuild, folder)));
        if (!isInside || !existsSync(file) || !statSync(file).isFile()) {
          next();
          return;
        }
        response.setHeader('Content-Type', CONTENT_TYPES[extname(file)] ?? 'application/octet-stream');
        createReadStream(file).pipe(response);
      });
    },
    closeBundle() {
      for (const folder of CESIUM_FOLDERS) {
        cpSync(join(cesiumBuild, folder), join(outDir, 'cesium', folder), { recursive: true });
      }
    },
  };
}

export default defineConfig({
  root,
  base: '/',
  plugins: [solid(), cesiumAssets()],
  define: { CESIUM_BASE_URL: JSON.stringify('/cesium/') },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // The scene chunk is Cesium, 3.8 MB by nature; it loads after sign-in.
    chunkSizeWarningLimit: 6_000,
    reportCompressedSize: false,
    // A chunk of Cesium alone: it stays in the browser's cache when the product changes, and no other page may lead to it. What the
    // plan's map (OpenLayers) has in common with it stands apart.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'spatial', test: /node_modules\/(rbush|quickselect|earcut)\//, priority: 2 },
            { name: 'cesium', test: /node_modules\/@?cesium\//, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    port: 7080,
    proxy: {
      '/api': 'http://127.0.0.1:7000',
      '/tiles': 'http://127.0.0.1:7000',
      '/live': { target: 'ws://127.0.0.1:7002', ws: true },
    },
  },
});
