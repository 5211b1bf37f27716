/**
 * Builds the web desk into `web/dist`: hashed files, nothing inline, so that the desk can serve it
 * under `default-src 'self'`. `npm run dev:web` serves it from the sources instead and hands every
 * question on to the desk at STRIKEWIRE_URL (http://127.0.0.1:7420).
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const DESK = process.env['STRIKEWIRE_URL'] ?? 'http://127.0.0.1:7420';
const ASKED = ['/api', '/admin', '/auth', '/metrics', '/healthz', '/readyz', '/openapi.json'];

/** Which package's code goes into a file of its own, so that a new desk leaves the old in cache. */
function chunkOf(id: string): string | undefined {
  if (!id.includes('/node_modules/')) return undefined;
  if (/\/node_modules\/(?:react|react-dom|scheduler)\//.test(id)) return 'react';
  return undefined;
}

/** Beside each file the same in Brotli: the desk sends that and spends no time on it. */
function compressed(): Plugin {
  const directory = join(import.meta.dirname, 'dist');
  return {
    name: 'strikewire-compressed',
    apply: 'build',
    closeBundle() {
      for (const path of globSync('**/*.{html,js,css,svg}', { cwd: directory })) {
        const file = join(directory, path);
        writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file)));
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // A font or picture inside a style sheet would be `data:`, which the policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { manualChunks: chunkOf } },
  },
  server: {
    proxy: Object.fromEntries(
      ASKED.map((path) => [path, { target: DESK, headers: { origin: DESK } }]),
    ),
  },
});
