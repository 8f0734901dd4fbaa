import { basename } from 'node:path'
import { findInCode, isTest, lineAt, moduleOf, type Rule, type SourceFile } from './source.ts'

/** Places that may use a source of randomness for keys and initialisation vectors. */
const cryptoPlaces = [
  'src/kit/',
  'src/governance/keys/',
  'src/governance/identity/',
  'src/ingestion/streams/sealed-token.ts',
]

/** What runs in the process of a function is not the server: its surroundings are the function's own. */
const functionProcess = 'src/processing/functions/runtime/node-function-main.ts'

const shipped = (files: readonly SourceFile[]) => files.filter((file) => !isTest(file))
const outside = (files: readonly SourceFile[], ...places: readonly string[]) =>
  shipped(files).filter((file) => !places.some((place) => file.path.startsWith(place)))

export const environmentOnlyInConfig: Rule = (files) =>
  findInCode(
    outside(files, 'src/config/', functionProcess),
    /\bprocess\.env\b|\bimport\s*\{[^}]*\benv\b[^}]*\}\s*from\s*'[^']*process/g,
    'the environment is read only in src/config: declare an option there',
  )

export const timeOnlyFromKit: Rule = (files) =>
  findInCode(
    outside(files, 'src/kit/', functionProcess),
    /\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.now\(/g,
    'time comes from the Clock (or elapsedMs) of #kit',
  )

export const randomnessOnlyFromKit: Rule = (files) =>
  findInCode(
    outside(files, ...cryptoPlaces),
    /\bMath\.random\(|\brandomUUID\b|\brandomBytes\b|\brandomInt\b|\bgetRandomValues\b/g,
    'randomness and ids come from #kit',
  )

export const noConsole: Rule = (files) =>
  findInCode(
    outside(files, functionProcess),
    /\bconsole\.\w+/g,
    'no console.*: log through the Logger that was given',
  )

export const exitOnlyInMain: Rule = (files) =>
  findInCode(
    outside(files, 'src/main.ts', functionProcess),
    /\bprocess\.(exit|abort)\(|\bprocess\.exitCode\s*=/g,
    'the process ends only in src/main.ts: return, throw or abort a signal',
  )

/** Pipes the body of a request, whose connection must last for the refusal: it ends the target by itself. */
const pipesByItself = 'src/protocol/aws/sigv4/payload.ts'

export const noPipes: Rule = (files) =>
  findInCode(
    files.filter(({ path }) => path !== pipesByItself),
    /\.pipe\(/g,
    'a stream that breaks must end the other: pipeline of node:stream/promises',
  )

export const noEnumsOrNamespaces: Rule = (files) =>
  findInCode(
    files,
    /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?(?:enum|namespace)\s+\w+\s*\{/gm,
    'no enums and namespaces: use a union of literals, or a module',
  )

export const noDefaultExports: Rule = (files) =>
  findInCode(shipped(files), /^export default\b/gm, 'exports have names')

export const noMarksOfUnfinishedWork: Rule = (files) =>
  files.flatMap((file) =>
    [...file.text.matchAll(/\b(?:TODO|FIXME|XXX|HACK)\b(?=[\s:(]|$)/gm)].map(
      (match) =>
        `${file.path}:${lineAt(file.text, match.index)}: finish it, or write the limit down in docs/reference`,
    ),
  )

export const noTestIsSwitchedOff: Rule = (files) =>
  findInCode(
    files.filter((file) => isTest(file)),
    /\b(?:it|test|describe|suite)\.(?:only|skip|todo)\b|\b(?:only|skip|todo):\s*true\b/g,
    'no test is switched off or alone; a condition with a reason may skip (skip: reason)',
  )

const bannedNames =
  /^(?:utils?|helpers?|common|misc|managers?|shared|stuff|.+-(?:utils?|helpers?|manager))$/

export const fileNames: Rule = (files) =>
  files.flatMap(({ path }) => {
    const isOperation = /\/operations\/[^/]+$/.test(path)
    return path
      .split('/')
      .map((part) => part.replace(/(\.[a-z0-9]+)+$/, ''))
      .flatMap((name) => {
        if (bannedNames.test(name)) return [`${path}: '${name}' says nothing: name what is inside`]
        if (isOperation || /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return []
        return [`${path}: '${name}' is not in kebab-case`]
      })
  })

/** `src/<layer>/api/<svc>/operations/<Op>.ts` exports `Op`, made with the service's `operation`. */
export const operationsAreNamedAsOnTheWire: Rule = (files) =>
  shipped(files)
    .filter(({ path }) => /\/api\/[^/]+\/operations\/[^/]+\.ts$/.test(path))
    .filter(({ path }) => basename(path) !== 'index.ts')
    .flatMap(({ path, code }) => {
      const name = basename(path, '.ts')
      if (!/^[A-Z]/.test(name)) {
        return [`${path}: only operations stand here; what they share goes one folder up`]
      }
      const exported = new RegExp(`^export const ${name}\\b`, 'm').test(code)
      return exported ? [] : [`${path}: it must export the operation ${name}`]
    })

/** Every operation file is listed by name in its folder's index. */
export const operationsAreListed: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]))
  return shipped(files)
    .map(({ path }) => /^(.+\/api\/[^/]+\/operations\/)([A-Z]\w*)\.ts$/.exec(path))
    .flatMap((match) => {
      if (match === null) return []
      const index = byPath.get(`${match[1]!}index.ts`)
      const name = match[2]!
      if (index?.imports.some(({ specifier }) => specifier === `./${name}.ts`)) return []
      return [
        `${match[1]!}${name}.ts: operations/index.ts does not list ${name}: nobody can call it`,
      ]
    })
}

export const operationFilesAreShort: Rule = (files) =>
  shipped(files)
    .filter(({ path }) => /\/operations\/[A-Z]\w*\.ts$/.test(path))
    .filter(({ text }) => text.split('\n').length > 301)
    .map(
      ({ path, text }) => `${path}: ${text.split('\n').length} lines: an operation has at most 300`,
    )

export const frontsHaveTheirParts: Rule = (files) => {
  const paths = new Set(files.map(({ path }) => path))
  const fronts = new Set(
    files
      .filter(({ path }) => /^src\/[^/]+\/api\/[^/]+\//.test(path) && path.includes('/operations/'))
      .map(({ path }) => `src/${moduleOf(path)}`),
  )
  return [...fronts].flatMap((front) =>
    ['index.ts', 'context.ts', 'errors.ts', 'operations/index.ts']
      .filter((part) => !paths.has(`${front}/${part}`))
      .map((part) => `${front}/${part} is missing: every front has it`),
  )
}
