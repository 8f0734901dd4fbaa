// Writes the pages of docs/reference that come from the code: which operations work, and the errors.
// With `--check` it writes nothing, and fails when a page does not say what the code does.
import { optionsReference } from '#config'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { functionNames } from '#consumption/sql'
import { declaredErrors } from '#kit'
import { readServiceSchema, type ServiceDefinition } from '#protocol/aws'
import { functionCases } from '../src/consumption/queries/function-cases/all-cases.fixture.ts'
import {
  documentedPages,
  refusalReasons,
} from '../src/consumption/queries/function-cases/documented.fixture.ts'
import { languageCases, languageFailures } from '../src/consumption/queries/query-shapes.fixture.ts'

const root = join(import.meta.dirname, '..')
const note = '<!-- Written by `npm run docs` from the code. Do not edit. -->\n'

/** The generated pages, by their path in the repository. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/reference/coverage.md', await coveragePage()],
    ['docs/reference/errors.md', await errorsPage()],
    ['docs/reference/config.md', optionsReference()],
    ['docs/reference/sql-functions.md', sqlFunctionsPage()],
  ])
}

async function main(check: boolean): Promise<number> {
  const stale: string[] = []
  for (const [path, text] of await generatedPages()) {
    const file = join(root, path)
    const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (before === text) continue
    stale.push(path)
    if (check) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  for (const path of stale) {
    process.stdout.write(check ? `${path} is stale: run 'npm run docs'\n` : `wrote ${path}\n`)
  }
  return check && stale.length > 0 ? 1 : 0
}

/** Athena's functions, and how many of the documented answers stand in the tests for each. */
function sqlFunctionsPage(): string {
  const works = new Set(functionNames())
  const cases = functionCases.flatMap(({ answers, failures }) =>
    [...answers, ...failures].map(([expression]) => expression.toLowerCase()),
  )
  const countOf = (name: string) => {
    const call = new RegExp(`(?<![a-z0-9_])${name}\\s*(?:\\(|(?=\\s*$))`)
    return cases.filter((expression) => call.test(expression)).length
  }
  const documented = documentedPages.flatMap((page) => page.functions)
  const working = documented.filter((name) => works.has(name))
  const total = cases.length + languageCases.length + languageFailures.length
  let page = `${note}# SQL functions\n\n`
  page += `Of the ${documented.length} functions that the documentation of Athena engine version 3 (Trino's) lists, ${working.length} work.\n`
  page +=
    'A refused function is answered with `FUNCTION_NOT_FOUND` or `NOT_SUPPORTED`, never with a guess.\n'
  page += `${total} cases with documented answers and errors are part of the tests, and all hold; \`npm run sql:cases\` prints them page by page.\n`
  for (const { title, page: url, functions } of documentedPages) {
    page += `\n## ${title}\n\n[Documentation](${url})\n\n| function | | cases |\n|---|---|--:|\n`
    for (const name of functions.toSorted()) {
      const count = countOf(name)
      page += `| \`${name}\` | ${works.has(name) ? 'works' : refusedText(name)} | ${count > 0 ? count : ''} |\n`
    }
  }
  return page
}

function refusedText(name: string): string {
  const reason = refusalReasons[name]
  return reason ? `refused: ${reason}` : 'refused'
}

interface Coverage {
  readonly name: string
  readonly protocols: readonly string[]
  readonly known: ReadonlySet<string>
  readonly built: ReadonlySet<string>
}

async function coveragePage(): Promise<string> {
  const services = await serviceCoverage()
  let page = `${note}# Which operations work\n\n`
  page += 'An operation that is listed as refused is answered with `NotImplemented` (S3) or\n'
  page +=
    '`NotImplementedException` and status 501, and changes nothing. What a working operation does\n'
  page += 'differently from AWS stands on the page of its service, in `services/`.\n\n'
  page += '| service | protocols | work | refused |\n|---|---|--:|--:|\n'
  for (const { name, protocols, known, built } of services) {
    page += `| [${name}](#${name}) | ${protocols.join(', ')} | ${built.size} | ${known.size - built.size} |\n`
  }
  for (const { name, known, built } of services) {
    const refused = [...known].filter((operation) => !built.has(operation)).toSorted()
    page += `\n## ${name}\n\n**Work (${built.size}):** ${list([...built].toSorted())}\n`
    page += `\n**Refused (${refused.length}):** ${list(refused)}\n`
  }
  return page
}

/** Every service that has a wire front, a service in two layers as one. */
async function serviceCoverage(): Promise<Coverage[]> {
  const services = new Map<string, Coverage>()
  for (const path of globSync('src/*/api/*/index.ts', { cwd: root }).toSorted()) {
    for (const definition of await definitionsIn(path)) {
      const { operations } = await readServiceSchema(await definition.client())
      const before = services.get(definition.name)
      const built = new Set([
        ...(before?.built ?? []),
        ...Object.keys(await definition.operations()),
      ])
      services.set(definition.name, {
        name: definition.name,
        protocols: definition.protocols,
        known: new Set(operations.keys()),
        built,
      })
    }
  }
  return [...services.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

async function definitionsIn(path: string): Promise<ServiceDefinition<unknown>[]> {
  return Object.values(await load(path)).filter(
    (value): value is ServiceDefinition<unknown> =>
      typeof value === 'object' &&
      value !== null &&
      'client' in value &&
      'operations' in value &&
      'protocols' in value,
  )
}

async function errorsPage(): Promise<string> {
  for (const path of globSync('src/**/errors.ts', { cwd: root }).toSorted()) await load(path)
  let page = `${note}# Errors\n\n`
  page +=
    'What the modules of the server refuse, and what to do about it. On the wire each has the code that\n'
  page += 'AWS gives in its place; in the log it has the code below.\n'
  for (const [module, specs] of [...declaredErrors].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    page += `\n## ${module}\n\n| code | kind | what to do |\n|---|---|---|\n`
    for (const [code, { kind, remedy }] of Object.entries(specs).toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    )) {
      page += `| \`${code}\` | ${kind} | ${remedy.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')} |\n`
    }
  }
  return page
}

async function load(path: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(join(root, path)).href)) as Record<string, unknown>
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}

if (import.meta.main) process.exitCode = await main(process.argv.includes('--check'))
