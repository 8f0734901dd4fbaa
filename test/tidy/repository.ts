import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './source.ts'

/** Licences that production dependencies may have: all allow this project to be Apache-2.0. */
export const allowedLicences = new Set([
  'Apache-2.0',
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  // The BSD licence of three clauses, as the Eclipse Foundation names it.
  'EDL-1.0',
  '0BSD',
  'BlueOak-1.0.0',
  'MPL-2.0',
  'Zlib',
])

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export type Lock = Readonly<Record<string, LockedPackage>>

export function readLock(): Lock {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8')
  return (JSON.parse(text) as { readonly packages: Lock }).packages
}

/** A lock file that names a host works only for those who reach that host. */
export function resolvedHosts(lock: Lock): string[] {
  return Object.entries(lock)
    .filter(([, entry]) => entry.resolved !== undefined)
    .map(([path, entry]) => `package-lock.json: ${path} is resolved to ${entry.resolved}`)
}

/** Builds for other machines than Linux x64 with glibc may lack it: a mirror need not carry them. */
export function withoutIntegrity(lock: Lock): string[] {
  const fits = (list: readonly string[] | undefined, value: string) => list?.includes(value) ?? true
  return Object.entries(lock)
    .filter(([path, entry]) => path !== '' && entry.integrity === undefined)
    .filter(
      ([, { optional, os, cpu, libc }]) =>
        !optional || (fits(os, 'linux') && fits(cpu, 'x64') && fits(libc, 'glibc')),
    )
    .map(([path]) => `package-lock.json: ${path} has no integrity hash`)
}

/** `npm ci` refuses a lock file that does not name what a package in it depends on. */
export function unnamedDependencies(lock: Lock): string[] {
  return Object.entries(lock).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter(
        (name) => !(`node_modules/${name}` in lock) && !(`${path}/node_modules/${name}` in lock),
      )
      .map(
        (name) =>
          `package-lock.json: ${path} needs ${name}, which has no entry: run bin/node24 scripts/complete-lock.ts`,
      ),
  )
}

export function foreignLicences(lock: Lock): string[] {
  return Object.entries(lock)
    .filter(([path, entry]) => path !== '' && !entry.dev && !licenceFits(entry.license ?? 'none'))
    .map(
      ([path, entry]) => `${path}: licence ${entry.license ?? 'none'} is not in the allowed list`,
    )
}

/** `A OR B` fits when one does, `A AND B` when all do. */
export function licenceFits(expression: string): boolean {
  const bare = expression.replaceAll(/[()]/g, '')
  return bare
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((x) => allowedLicences.has(x.trim())))
}

const ignored =
  /^(?:node_modules|dist|coverage|\.git|\.work|\.boathouse)(?:\/|$)|(?:^|\/)(?:\.terraform|__pycache__|\.venv|target)(?:\/|$)/

/** Every text file that belongs to the repository, as [path, text]. */
export function repositoryTexts(): [string, string][] {
  return globSync('**', {
    cwd: root,
    exclude: (path) => ignored.test(path),
  })
    .concat(globSync(['.ci/**', '.*rc*', '.github/**'], { cwd: root }))
    .filter((path) => !ignored.test(path) && statSync(join(root, path)).isFile())
    .filter((path) => statSync(join(root, path)).size < 2_000_000)
    .map((path): [string, string] => [path, readFileSync(join(root, path), 'utf8')])
    .filter(([, text]) => !text.includes('\0'))
}

/** What the compiler left beside the source. */
export function compiled(paths: readonly string[]): string[] {
  const known = new Set(paths)
  return paths.filter((path) => {
    const source = path.replace(/\.js(?:\.map)?$/, '.ts')
    return source !== path && known.has(source)
  })
}

const machinePaths = [
  /(?<![\w.$}])\/(?:root|work|Users)\/[\w.]/,
  /(?<![\w.$}])\/home\/[a-z]\w*\//,
  /(?<![\w.$}])\/opt\/[\w-]+/,
]
const registryHosts =
  /https?:\/\/(?!registry\.terraform\.io)[\w.-]*(?:registry|artifactory|mirror|nexus)[\w.-]*[/:]/

/** Paths of somebody's machine, and hosts of package registries: both hold only where they were written. */
export function machineFacts(texts: readonly (readonly [string, string])[]): string[] {
  return texts.flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const hit = [...machinePaths, registryHosts].map((x) => x.exec(line)?.[0]).find(Boolean)
      return hit
        ? [`${path}:${index + 1}: '${hit}' holds only on the machine it was written on`]
        : []
    }),
  )
}
