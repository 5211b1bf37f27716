/** What makes package-lock.json usable on every machine, whatever registry it was written with. */
import { z } from 'zod';

const entrySchema = z.looseObject({
  version: z.string().optional(),
  resolved: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lockSchema = z.looseObject({ packages: z.record(z.string(), entrySchema) });

type Entry = z.infer<typeof entrySchema>;
export type Lock = z.infer<typeof lockSchema>;

/** Narrows without copying: npm's order of keys is kept. */
export function isLock(value: unknown): value is Lock {
  return lockSchema.safeParse(value).success;
}

const SYSTEMS = [
  'darwin',
  'linux',
  'win32',
  'freebsd',
  'openharmony',
  'android',
  'aix',
  'netbsd',
  'openbsd',
  'sunos',
];
const PROCESSORS = [
  'arm64',
  'x64',
  'arm',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
  'wasm32',
];

interface Missing {
  readonly owner: string;
  readonly name: string;
  readonly version: string;
}

/** The optional dependencies that the lock names and does not list. */
export function missingEntries({ packages }: Lock): readonly Missing[] {
  return Object.entries(packages).flatMap(([owner, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isListed(packages, owner, name))
      .map(([name, version]) => ({ owner, name, version })),
  );
}

/** The lock with every optional dependency listed and no address in it, in npm's own order. */
export function completeLock(lock: Lock): Lock {
  const listed = Object.entries(lock.packages).map(([path, entry]) => {
    return [path, withoutAddress(entry)] as const;
  });
  const added = missingEntries(lock).map(({ owner, name, version }) => {
    const dev = lock.packages[owner]?.dev === true ? { dev: true } : {};
    const entry: Entry = { version, ...platformOf(name), ...dev, optional: true };
    return [`node_modules/${name}`, entry] as const;
  });
  const packages = [...listed, ...added].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { ...lock, packages: Object.fromEntries(packages) };
}

function withoutAddress(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'resolved'));
}

function isListed(packages: Lock['packages'], owner: string, name: string): boolean {
  return `${owner}/node_modules/${name}` in packages || `node_modules/${name}` in packages;
}

/** What the name of a platform package says of where it runs: `@scope/tool-linux-x64-gnu`. */
function platformOf(name: string) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.find((known) => words.includes(known));
  const cpu = PROCESSORS.find((known) => words.includes(known));
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return {
    ...(cpu !== undefined && { cpu: [cpu] }),
    ...(os !== undefined && { os: [os] }),
    ...(libc !== undefined && os === 'linux' && { libc: [libc] }),
  };
}
