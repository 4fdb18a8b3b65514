import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const api = process.env['YOJIN_API'] ?? 'http://127.0.0.1:8700';

/** Libraries that change rarely get files of their own, so that an update loads little. */
const libraries: readonly (readonly [string, RegExp])[] = [
  ['react', /node_modules[\\/](react|react-dom|scheduler)[\\/]/],
  ['tanstack', /node_modules[\\/]@tanstack[\\/](?!table-core|react-table|.*virtual)/],
];

/** Smaller twins beside the files, which the server sends to browsers that take them. */
function compress(): Plugin {
  let folder = '';
  return {
    name: 'yojin-compress',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir, 'assets');
    },
    closeBundle() {
      for (const name of readdirSync(folder).filter((file) => /\.(js|css|svg)$/.test(file))) {
        const content = readFileSync(join(folder, name));
        if (content.length < 1024) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content, { params }));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compress()],
  server: {
    port: 8701,
    host: '127.0.0.1',
    proxy: { '/api': { target: api, changeOrigin: false } },
  },
  build: {
    outDir: '../../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // Browsers that know light-dark(); its emulation does not see Mantine's colour scheme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    // A data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: libraries.map(([name, test], place) => ({
            name,
            test,
            priority: libraries.length - place,
          })),
        },
      },
    },
  },
});
