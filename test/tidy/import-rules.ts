import { addresses, heavy, sdkClient, sdkUsers } from './addresses.ts'
import {
  isTest,
  moduleOf,
  resolveImport,
  serverParts,
  type Import,
  type Rule,
  type SourceFile,
} from './source.ts'

const wires = new Set(['kit', 'platform', 'protocol'])

/** Tests and the composition root may import what they like; a rule on imports is about the rest. */
function shipped(files: readonly SourceFile[]): SourceFile[] {
  return files.filter((file) => !isTest(file) && moduleOf(file.path) !== 'root')
}

function eachImport(
  files: readonly SourceFile[],
  check: (file: SourceFile, imported: Import) => string | undefined,
): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((imported) => {
      const problem = check(file, imported)
      return problem === undefined ? [] : [`${file.path}:${imported.line}: ${problem}`]
    }),
  )
}

/** `kit` stands alone; `platform` and `protocol` stand on `kit` and on themselves. */
export const foundationsStandAlone: Rule = (files) =>
  eachImport(shipped(files), (file, { specifier }) => {
    const layer = moduleOf(file.path).split('/')[0]!
    if (!wires.has(layer) || !specifier.startsWith('#')) return undefined
    const target = specifier.slice(1).split('/')[0]!
    if (target === layer && layer !== 'kit') return undefined
    if (target === 'kit' && layer !== 'kit') return undefined
    return `${layer} may not import ${specifier}: ${layer === 'kit' ? 'kit imports nothing of ours' : `only #kit and #${layer}/…`}`
  })

/** Across modules through the index; inside a module by relative path, never out of it. */
export const modulesMeetAtTheirIndex: Rule = (files) =>
  eachImport(shipped(files), (file, { specifier }) => {
    const target = resolveImport(file, specifier)
    if (target === undefined) return undefined
    const own = moduleOf(file.path)
    if (specifier.startsWith('.')) {
      if (moduleOf(target) === own) return undefined
      return `'${specifier}' leaves the module ${own}: import #${moduleOf(target)} instead`
    }
    const module = moduleOf(target)
    if (module === own) return `inside a module imports are relative, not '${specifier}'`
    if (specifier === `#${module}`) return undefined
    return `'${specifier}' reaches into a module: import #${module} instead`
  })

/** The domain knows no wire, no front and no SDK client; fronts do not import each other. */
export const domainKnowsNoWire: Rule = (files) =>
  eachImport(shipped(files), (file, { specifier }) => {
    const own = moduleOf(file.path)
    const layer = own.split('/')[0]!
    const isFront = own.includes('/api/')
    if (serverParts.has(layer) || wires.has(layer)) return undefined
    if (/^#[^/]+\/api\//.test(specifier)) {
      return `${own} may not import the front ${specifier}: what both need belongs in a domain module`
    }
    if (isFront) return undefined
    if (specifier.startsWith('#protocol/'))
      return `the domain module ${own} may not import ${specifier}`
    if (sdkClient.test(specifier) && !usesSdk(file, specifier))
      return `only fronts (api/) may import ${specifier}`
    return undefined
  })

function usesSdk(file: { readonly path: string }, name: string): boolean {
  const path = file.path.slice('src/'.length)
  return (sdkUsers[name] ?? []).some((place) => path.startsWith(place))
}

/** Drivers and packages have addresses. */
export const packagesStayAtTheirAddresses: Rule = (files) =>
  eachImport(
    files.filter((file) => !isTest(file)),
    (file, { specifier }) => {
      const name = packageOf(specifier)
      if (name === undefined) return undefined
      if (sdkClient.test(name)) {
        const isFront = moduleOf(file.path).includes('/api/')
        return isFront || usesSdk(file, name)
          ? undefined
          : `${name} may be imported only in a front (api/)`
      }
      const places = addresses[name]
      if (places === undefined) {
        return name.startsWith('node:')
          ? undefined
          : `${name} has no address: add it to test/tidy/addresses.ts with the folder it belongs to`
      }
      const path = file.path.slice('src/'.length)
      if (places.some((place) => path.startsWith(place))) return undefined
      return `${name} may be imported only in ${places.join(', ')}`
    },
  )

/** A package that only another package brought may be gone tomorrow. */
export function packagesAreDeclared(declared: ReadonlySet<string>): Rule {
  return (files) =>
    eachImport(
      files.filter((file) => !isTest(file)),
      (_file, { specifier, kind }) => {
        const name = packageOf(specifier)
        if (name === undefined || name.startsWith('node:') || declared.has(name)) return undefined
        return kind === 'type' ? undefined : `${name} is not among the dependencies of package.json`
      },
    )
}

/** Nothing heavy is reached from `entry` through static imports: each hit shows the way to it. */
export function nothingHeavyAtStart(entry: string): Rule {
  return (files) => {
    const byPath = new Map(files.map((file) => [file.path, file]))
    const cameFrom = new Map<string, string | undefined>([[entry, undefined]])
    const queue = [entry]
    const problems: string[] = []
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const file = byPath.get(path)
      if (file === undefined) continue
      for (const { specifier, kind, line } of file.imports) {
        if (kind !== 'static') continue
        if (heavy.some((pattern) => pattern.test(specifier))) {
          problems.push(
            `${path}:${line}: ${specifier} is loaded at start (${wayTo(path, cameFrom)}): use import() where it is needed`,
          )
        }
        const target = resolveImport(file, specifier)
        if (target !== undefined && !cameFrom.has(target)) {
          cameFrom.set(target, path)
          queue.push(target)
        }
      }
    }
    return problems
  }
}

function wayTo(path: string, cameFrom: ReadonlyMap<string, string | undefined>): string {
  const way: string[] = []
  for (let at: string | undefined = path; at !== undefined; at = cameFrom.get(at)) way.unshift(at)
  return way.join(' -> ')
}

function packageOf(specifier: string): string | undefined {
  if (/^[.#]/.test(specifier)) return undefined
  if (specifier.startsWith('node:')) return specifier.split('/')[0]
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
