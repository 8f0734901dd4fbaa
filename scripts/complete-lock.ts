// Names in package-lock.json the builds for other machines that a partial registry mirror left out.
// Without them `npm ci` refuses the lock file. Run it after `npm install` has changed dependencies.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Entry {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const path = join(import.meta.dirname, '..', 'package-lock.json')
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Entry> }

const added: Record<string, Entry> = {}
for (const [at, entry] of Object.entries(lock.packages)) {
  if (at === '') continue
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    if (lock.packages[key] === undefined) added[key] = platformEntry(name, version, entry)
  }
}
const { '': root, ...packages } = { ...lock.packages, ...added }
const sorted = Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1))
lock.packages = { '': root!, ...Object.fromEntries(sorted) }
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`)
process.stdout.write(`${Object.keys(added).length} entries added\n`)

/** `@oxlint/binding-linux-arm64-musl` says in its name for which machine it is. */
function platformEntry(name: string, version: string, parent: Entry): Entry {
  const [os, cpu, ...rest] = name
    .split('/')
    .at(-1)!
    .replace(/^(?:node-bindings|binding|typescript|esbuild)-/, '')
    .split('-')
  if (!/^\d+\.\d+\.\d+/.test(version) || os === undefined || cpu === undefined) {
    throw new Error(`${name}@${version} does not say for which machine it is: add it by hand`)
  }
  const libc = rest.join('').includes('musl') ? 'musl' : 'glibc'
  return {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(os === 'linux' ? { libc: [libc] } : {}),
    license: parent.license,
    optional: true,
    os: [os],
  } as Entry
}
