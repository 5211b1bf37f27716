/**
 * Completes package-lock.json with the platform packages that the registry in use does not hold.
 *
 * npm writes no entry for an optional dependency it could not find, and `npm ci` then refuses the
 * lock as out of step. A mirror that holds only Linux builds thus produces a lock nobody can use.
 * Each missing entry is written with its version and the platform its name states, so that npm
 * skips it where it does not apply and fetches it where it does. Run after every `npm install`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

const systems = ['darwin', 'linux', 'win32', 'freebsd', 'openharmony', 'android'];
const systemsElsewhere = ['aix', 'netbsd', 'openbsd', 'sunos', 'wasm32', 'wasm'];
const processors = [
  'arm64',
  'x64',
  'arm',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
];

for (const [owner, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${owner}/node_modules/${name}`;
    const top = `node_modules/${name}`;
    if (lock.packages[nested] ?? lock.packages[top]) continue;
    lock.packages[top] = {
      version,
      ...platform(name),
      ...(entry.dev && { dev: true }),
      optional: true,
    };
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)),
);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);

function platform(name) {
  const words = name.split(/[/-]/);
  const os = [...systems, ...systemsElsewhere].find((known) => words.includes(known));
  const cpu =
    processors.find((known) => words.includes(known)) ??
    (words.includes('wasm32') ? 'wasm32' : undefined);
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return {
    ...(cpu && { cpu: [cpu] }),
    ...(os && !os.startsWith('wasm') && { os: [os] }),
    ...(libc && os === 'linux' && { libc: [libc] }),
  };
}
