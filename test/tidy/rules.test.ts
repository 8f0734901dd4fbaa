import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as habits from './habits.ts'
import * as imports from './import-rules.ts'
import * as testHabits from './test-habits.ts'
import { transactionsAwaitOnlyThemselves } from './transactions.ts'
import { loadSources, root, sourceFile, type Rule } from './source.ts'

/** A rule with a sample that breaks it once and samples that keep it: a rule that cannot fail proves nothing. */
interface Case {
  readonly rule: Rule
  readonly caught: Readonly<Record<string, string>>
  readonly kept?: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}
const dependencies = new Set(
  Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
)

const cases: Readonly<Record<string, Case>> = {
  'kit imports nothing of ours; platform and protocol only kit and their own layer': {
    rule: imports.foundationsStandAlone,
    caught: {
      'src/kit/a.ts': `import { x } from '#platform/database'`,
      'src/platform/jobs/a.ts': `import type { Objects } from '#storage/objects'`,
      'src/protocol/aws/a.ts': `const later = () => import('#platform/database')`,
    },
    kept: {
      'src/platform/jobs/a.ts': `import { x } from '#platform/database'`,
      'src/protocol/aws/a.ts': `import { x } from '#kit'`,
    },
  },
  'modules meet at their index': {
    rule: imports.modulesMeetAtTheirIndex,
    caught: {
      'src/storage/objects/a.ts': `import { x } from '../formats/b.ts'`,
      'src/storage/objects/b.ts': `import { x } from '#catalog/metastore/sqlite'`,
      'src/storage/objects/c.ts': `export { x } from '#storage/objects'`,
    },
    kept: {
      'src/storage/objects/disk/a.ts': `import { x } from '../objects.ts'\nimport { y } from '#kit'`,
      'src/storage/api/s3/operations/A.ts': `import { operation } from '../context.ts'`,
      'src/server.ts': `import { x } from '#platform/database/sqlite'`,
    },
  },
  'domain modules know no wire, front or SDK client': {
    rule: imports.domainKnowsNoWire,
    caught: {
      'src/storage/objects/a.ts': `import { AwsError } from '#protocol/aws'`,
      'src/storage/objects/b.ts': `import { x } from '#storage/api/s3'`,
      'src/storage/objects/c.ts': `import type { S3Client } from '@aws-sdk/client-s3'`,
      'src/catalog/api/glue/a.ts': `import { x } from '#storage/api/s3'`,
    },
    kept: {
      'src/storage/api/s3/a.ts': `import { AwsError } from '#protocol/aws'\nimport { PutObject$ } from '@aws-sdk/client-s3'`,
    },
  },
  'packages stay at their addresses': {
    rule: imports.packagesStayAtTheirAddresses,
    caught: {
      'src/storage/objects/a.ts': `import { DatabaseSync } from 'node:sqlite'`,
      'src/consumption/queries/a.ts': `import { hash } from 'hash-wasm'`,
      'src/consumption/queries/b.ts': `const d = await import('@duckdb/node-api')`,
      'src/kit/a.ts': `import leftPad from 'left-pad'`,
      'src/protocol/aws/a.ts': `import '@aws-sdk/client-s3'`,
    },
    kept: {
      'src/platform/database/sqlite/a.ts': `import { DatabaseSync } from 'node:sqlite'`,
      'src/kit/a.ts': `import { join } from 'node:path'`,
      'src/protocol/aws/a.ts': `import { x } from '@aws-sdk/core/protocols'`,
    },
  },
  'packages are declared as dependencies': {
    rule: imports.packagesAreDeclared(dependencies),
    caught: { 'src/kit/a.ts': `import { x } from 'left-pad/deep'` },
    kept: { 'src/kit/a.ts': `import { pino } from 'pino'\nimport 'node:fs/promises'` },
  },
  'nothing heavy is reached from src/main.ts at start': {
    rule: imports.nothingHeavyAtStart('src/main.ts'),
    caught: {
      'src/main.ts': `import { x } from '#consumption/sql'\nimport type { S3 } from '@aws-sdk/client-s3'`,
      'src/consumption/sql/index.ts': `export { parse } from './parse.ts'`,
      'src/consumption/sql/parse.ts': `import { DuckDBInstance } from '@duckdb/node-api'`,
    },
    kept: {
      'src/main.ts': `import { x } from '#consumption/sql'`,
      'src/consumption/sql/index.ts': `export const x = () => import('./parse.ts')`,
      'src/consumption/sql/parse.ts': `import { DuckDBInstance } from '@duckdb/node-api'`,
    },
  },
  'the environment is read only in config': {
    rule: habits.environmentOnlyInConfig,
    caught: { 'src/kit/a.ts': `const home = process.env['HOME']` },
    kept: {
      'src/config/a.ts': `const home = process.env['HOME']`,
      'src/kit/a.ts': `// process.env is not read here\nconst text = 'process.env'`,
    },
  },
  'time comes from kit': {
    rule: habits.timeOnlyFromKit,
    caught: { 'src/storage/objects/a.ts': `const now = Date.now()\nconst d = new Date()` },
    kept: { 'src/storage/objects/a.ts': `const d = new Date(clock.now())` },
  },
  'randomness and ids come from kit': {
    rule: habits.randomnessOnlyFromKit,
    caught: { 'src/storage/objects/a.ts': `import { randomUUID } from 'node:crypto'` },
    kept: { 'src/governance/keys/a.ts': `const iv = randomBytes(12)` },
  },
  'no console': {
    rule: habits.noConsole,
    caught: { 'src/kit/a.ts': 'const text = `${console.log(1)}`' },
    kept: { 'src/kit/a.ts': `const pattern = /console.log/ // console.log` },
  },
  'the process ends only in main': {
    rule: habits.exitOnlyInMain,
    caught: { 'src/server.ts': `process.exit(1)` },
    kept: { 'src/main.ts': `process.exit(1)` },
  },
  'no enums and namespaces': {
    rule: habits.noEnumsOrNamespaces,
    caught: { 'src/kit/a.ts': `export enum Kind {\n  a,\n}` },
    kept: { 'src/kit/a.ts': `export const limit = { enum: ['a'], namespace: {} }` },
  },
  'no default exports': {
    rule: habits.noDefaultExports,
    caught: { 'src/kit/a.ts': `export default 1` },
  },
  'no marks of unfinished work': {
    rule: habits.noMarksOfUnfinishedWork,
    caught: { 'src/kit/a.ts': `// ${'TO'}DO: later` },
    kept: { 'src/kit/a.ts': `const pattern = 'XXXX'` },
  },
  'no test is switched off or alone': {
    rule: habits.noTestIsSwitchedOff,
    caught: {
      'src/kit/a.test.ts': `test.only('x', () => {})`,
      'test/wire/b.test.ts': `it.skip('x')`,
    },
    kept: { 'src/kit/a.test.ts': `test('x', { skip: missing ? 'no postgres' : false }, () => {})` },
  },
  'tests wait long for what must come': {
    rule: testHabits.deadlinesAreLong,
    caught: {
      'src/kit/a.test.ts': `await poll('x', ask, { deadlineMs: 2000 })`,
      'test/wire/b.ts': `const deadlineMs = 29_999`,
    },
    kept: {
      'src/kit/a.test.ts': `await poll('x', ask, { deadlineMs: 60_000 })`,
      'src/kit/a.ts': `wait({ deadlineMs: 10 })`,
    },
  },
  'tests do not measure time': {
    rule: testHabits.noTimedAssertions,
    caught: {
      'src/kit/a.test.ts': `assert.ok(elapsedMs() - startedMs < 100)`,
      'test/wire/b.ts': `assert.equal(performance.now() - start.ms <\n  9_000, true)`,
    },
    kept: { 'src/kit/a.test.ts': `assert.ok(record.sentMs - clock.now() < 5)` },
  },
  'tests poll in the place of sleeping': {
    rule: testHabits.fixedWaitsSayWhy,
    caught: {
      'src/kit/a.test.ts': `\nawait sleep(20)`,
      'test/wire/b.ts': `await new Promise((resolve) => setTimeout(resolve, 5_000))`,
    },
    kept: {
      'src/kit/a.test.ts': `// The pace of a producer.\nawait sleep(20)`,
      'src/kit/a.ts': `await sleep(20)`,
      'test/wire/b.ts': `const text = 'await sleep(20)'`,
    },
  },
  'streams are joined by pipeline': {
    rule: habits.noPipes,
    caught: { 'src/kit/a.ts': `source\n  .pipe(target)`, 'test/wire/b.test.ts': `a.pipe(b)` },
    kept: { 'src/kit/a.ts': `await pipeline(source, target)` },
  },
  'a transaction awaits its own statements alone': {
    rule: transactionsAwaitOnlyThemselves,
    caught: {
      'src/kit/a.ts': `await database.transaction(async (tx) => {
  const row = await tx.tables().selectFrom('t').executeTakeFirst()
  await objects.read(row.blob)
})`,
      'src/kit/b.ts': `export async function publish(tx: Transaction, ref: Ref): Promise<{ a: 1 }> {
  const key = await keyOf(ref)
  await insert(tx, key)
}`,
      'src/kit/c.ts': 'database.optimistic((tx) => fetch(url))',
      'src/kit/d.ts': `write(store, async (tables, tx) => {
  for await (const page of listing) await insert(tx, page)
})`,
      'src/kit/e.ts': `within(tx, async (db) => {
  await Promise.all([sleep(1)])
  await db.deleteFrom('t').execute()
})`,
    },
    kept: {
      'src/kit/a.ts': `const key = await keyOf(ref)
await database.transaction(async (tx) => {
  const db = tx.tables<Tables>()
  const load = () => find(db, ref)
  const row = (await load()) ?? (await this.#make(ref, tx))
  await sql\`update t set a = \${row.a}
    where b = \${key}\`.execute(db)
  if (row) await db
    .deleteFrom('t')
    .execute()
  for await (const each of rows(db)) await note(db, each)
})
await objects.read(row.blob)`,
      'src/kit/b.ts': `interface Parts {
  commit(work: (tx: Transaction) => Promise<void>): Promise<void>
  readonly keep: (tx: Transaction, at: number) => Promise<void>
}
async function run({ commit }: Parts, work: (tx: Transaction) => Promise<void>) {
  await prepare()
  return commit(work)
}`,
    },
  },
  'file names are in kebab-case and say something': {
    rule: habits.fileNames,
    caught: { 'src/kit/utils.ts': '', 'src/kit/streamLog.ts': '', 'src/common/a.ts': '' },
    kept: {
      'src/kit/stream-log.contract.ts': '',
      'src/storage/api/s3/operations/PutObject.ts': '',
      'test/wire/s3.test.ts': '',
    },
  },
  'operations are named as on the wire': {
    rule: habits.operationsAreNamedAsOnTheWire,
    caught: {
      'src/storage/api/s3/operations/PutObject.ts': `export const put = 1`,
      'src/storage/api/s3/operations/shared-things.ts': `export const x = 1`,
    },
    kept: { 'src/storage/api/s3/operations/PutObject.ts': `export const PutObject = operation(1)` },
  },
  'operations are listed in their index': {
    rule: habits.operationsAreListed,
    caught: {
      'src/storage/api/s3/operations/PutObject.ts': '',
      'src/storage/api/s3/operations/index.ts': `import { GetObject } from './GetObject.ts'`,
    },
    kept: {
      'src/storage/api/s3/operations/PutObject.ts': '',
      'src/storage/api/s3/operations/index.ts': `import { PutObject } from './PutObject.ts'`,
    },
  },
  'operation files are short': {
    rule: habits.operationFilesAreShort,
    caught: { 'src/storage/api/s3/operations/PutObject.ts': 'x\n'.repeat(320) },
    kept: { 'src/storage/api/s3/operations/PutObject.ts': 'x\n'.repeat(300) },
  },
  'every front has its parts': {
    rule: habits.frontsHaveTheirParts,
    caught: {
      'src/storage/api/s3/index.ts': '',
      'src/storage/api/s3/context.ts': '',
      'src/storage/api/s3/operations/index.ts': '',
    },
  },
}

const parse = (samples: Readonly<Record<string, string>>) =>
  Object.entries(samples).map(([path, text]) => sourceFile(path, text))

const sources = [...loadSources('src/**/*.ts'), ...loadSources('test/**/*.ts', 'bench/**/*.ts')]
const shipped = sources.filter(({ path }) => path.startsWith('src/'))
const alsoForTests = new Set<Rule>([
  habits.noTestIsSwitchedOff,
  habits.noMarksOfUnfinishedWork,
  habits.noPipes,
  ...Object.values(testHabits),
])

for (const [name, { rule, caught, kept }] of Object.entries(cases)) {
  test(`${name}: the rule catches what breaks it`, () => {
    const found = rule(parse(caught))
    const last = Object.keys(caught).length
    assert.ok(found.length > 0, 'no sample was caught')
    const isGraphRule = name.startsWith('nothing heavy') || name.includes('listed')
    if (!isGraphRule && !name.startsWith('every front')) {
      const paths = new Set(found.map((line) => line.split(':')[0]))
      assert.equal(paths.size, last, `caught only ${[...paths].join(', ')}`)
    }
    assert.deepEqual(rule(parse(kept ?? {})), [], 'a sample that keeps the rule was caught')
  })

  test(`${name}: the source keeps it`, () => {
    report(rule(alsoForTests.has(rule) ? sources : shipped))
  })
}

test('the source is there to be read', () => {
  assert.ok(shipped.length > 20, `${shipped.length} files in src`)
})

function report(problems: readonly string[]): void {
  if (problems.length > 0) assert.fail(`\n${problems.join('\n')}`)
}
