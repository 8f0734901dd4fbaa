import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  chooseSnapshot,
  currentSchema,
  dataFolder,
  parseLocation,
  planScan,
  writeDeletionVectors,
  type NewFile,
  type PlannedFile,
} from '#catalog/tables'
import { ManualClock, silentLogger, systemClock, uuid } from '#kit'
import { createDuckdbEngine, type QueryEngine } from '#processing/engine'
import {
  FileSchemas,
  bucketMacros,
  copyData,
  readFiles,
  taskInputs,
  writtenFiles,
  type TaskFile,
} from '#processing/iceberg'
import {
  accountId,
  byPart,
  changeTable,
  makeTable,
  newFile,
  openTables,
  planTable,
  readerOf,
  type OpenTables,
  type TestTable,
} from '#test/tables'
import {
  compact,
  createMaintenance,
  createOptimizers,
  migrations,
  rewriteDeletes,
  type MaintenanceParts,
} from '../index.ts'

describe('compaction', () => {
  let folder: string
  let lake: OpenTables
  let engine: QueryEngine
  let parts: Parameters<typeof compact>[0]
  const { signal } = new AbortController()

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-compaction-'))
    lake = await openTables(folder, migrations)
    engine = createDuckdbEngine({
      folder: join(folder, 'engine'),
      processes: 1,
      log: silentLogger(),
    })
    const schemas = new FileSchemas(engine)
    const maintenance: MaintenanceParts = { ...lake, clock: systemClock, log: silentLogger() }
    parts = { ...maintenance, engine, schemas }
  })
  after(async () => {
    await engine.close()
    await lake[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  const raise = (type: string, text: string) => `CAST(error(${text}) AS ${type})`

  /** Writes rows as data files, and appends them. */
  const insert = async (table: TestTable, sql: string): Promise<readonly NewFile[]> => {
    const { metadata } = await lake.tables.load(table.ref)
    const out = await mkdtemp(join(lake.objects.temporaryFolder, 'insert-'))
    const request = { sql, metadata, raise, folder: '{out}/data' }
    const result = await engine.run({
      outputFolder: out,
      mapsAsJson: true,
      statements: [...bucketMacros, copyData(request)],
    })
    const added: NewFile[] = []
    for (const { path, file } of writtenFiles(result, request)) {
      const location = `${dataFolder(metadata)}/${uuid()}.parquet`
      const target = { accountId, ...parseLocation(location) }
      added.push({ ...file, location, blob: await lake.objects.stageFile(path, target) })
    }
    await rm(out, { recursive: true })
    await changeTable(lake, table, { kind: 'append', added })
    return added
  }
  const filesOf = async (table: TestTable): Promise<readonly PlannedFile[]> => {
    const { metadata } = await readerOf(lake).tables.load(table.ref)
    const source = readerOf(lake).manifests.sourceFor(accountId)
    const { files } = await planScan({ metadata, snapshot: chooseSnapshot(metadata), source })
    return files
  }
  /** All rows, with their ids where the table has them. */
  const rowsOf = async (table: TestTable, order = 'c0') => {
    const { metadata } = await lake.tables.load(table.ref)
    const isLineage = metadata['format-version'] >= 3
    const files: TaskFile[] = []
    await using held = new AsyncDisposableStack()
    const sql = await readFiles(
      {
        id: 'r',
        metadata,
        schema: currentSchema(metadata),
        files: await filesOf(table),
        extras: isLineage ? ['row_id', 'row_sequence'] : [],
        failing: (type, text) => raise(type, `'${text}'`),
      },
      { objects: lake.objects, accountId, signal, files, held, schemas: parts.schemas },
    )
    const { rows } = await engine.run({
      ...taskInputs(files),
      statements: [`SELECT * FROM (${sql}) ORDER BY ${order}`],
    })
    return rows
  }
  const values = (from: number, count: number, part = "'a'") =>
    `SELECT range AS c0, ${part} AS c1 FROM range(${from}, ${from + count})`

  it('makes one file of many small ones of a partition, and the rows stay', async () => {
    const table = await makeTable(lake, {}, byPart)
    for (let at = 0; at < 6; at++) {
      await insert(table, values(at * 10, 10, "CASE WHEN range % 2 = 0 THEN 'a' ELSE NULL END"))
    }
    const before = await rowsOf(table)
    assert.equal((await filesOf(table)).length, 12)
    const result = await compact(parts, table.ref, signal)
    assert.deepEqual([result.filesRewritten, result.filesAdded], [12, 2])
    assert.equal((await filesOf(table)).length, 2)
    assert.deepEqual(await rowsOf(table), before)
    const { metadata } = await lake.tables.load(table.ref)
    const { summary } = metadata.snapshots.at(-1)!
    assert.equal(summary!['operation'], 'replace')
    assert.equal(summary!['total-records'], '60')
    // There is nothing left to do.
    assert.equal((await compact(parts, table.ref, signal)).filesRewritten, 0)
  })

  it('leaves few small files alone unless it is told otherwise', async () => {
    const table = await makeTable(lake)
    for (let at = 0; at < 3; at++) await insert(table, values(at, 1))
    assert.equal((await compact(parts, table.ref, signal)).filesRewritten, 0)
    assert.equal((await compact(parts, table.ref, signal, { rewriteAll: true })).filesRewritten, 3)
    assert.equal((await rowsOf(table)).length, 3)
  })

  it('applies deletes and takes them away, and rows keep their ids', async () => {
    const table = await makeTable(lake, { 'format-version': '3' })
    const [file] = await insert(table, values(0, 10))
    await insert(table, values(10, 5))
    const written = writeDeletionVectors([{ dataFile: file!.location, positions: [0, 3, 4, 9] }])
    const location = `${table.location}/data/deletes.puffin`
    const target = { accountId, ...parseLocation(location) }
    const blob = await lake.objects.stage(written.bytes, target)
    const deletes = written.vectors.map((vector): NewFile => ({
      ...vector,
      location,
      blob,
      content: 'position-deletes',
      format: 'puffin',
      specId: 0,
      partition: [],
      sizeBytes: written.bytes.length,
    }))
    await changeTable(lake, table, { kind: 'row-delta', added: [], deletes })
    const before = await rowsOf(table)
    assert.equal(before.length, 11)
    const result = await compact(parts, table.ref, signal)
    assert.equal(result.filesRewritten, 2)
    assert.deepEqual(await rowsOf(table), before)
    const files = await filesOf(table)
    assert.ok(files.every((planned) => planned.deletes.length === 0))
    const { metadata } = await lake.tables.load(table.ref)
    assert.equal(metadata.snapshots.at(-1)!.summary!['total-delete-files'], '0')
  })

  it('gives up what others changed meanwhile, and keeps what they added', async () => {
    const table = await makeTable(lake)
    for (let at = 0; at < 6; at++) await insert(table, values(at * 10, 10))
    const [first] = await filesOf(table)
    let isChanged = false
    const meddling: typeof parts = {
      ...parts,
      tables: {
        ...lake.tables,
        changeSnapshot: async (...given) => {
          if (!isChanged) {
            isChanged = true
            await insert(table, values(100, 3))
            await changeTable(lake, table, { kind: 'delete', removed: [first!.file] })
          }
          return lake.tables.changeSnapshot(...given)
        },
      },
    }
    const result = await compact(meddling, table.ref, signal)
    assert.deepEqual([result.filesRewritten, result.conflicts], [0, 1])
    assert.equal((await rowsOf(table)).length, 53)
    assert.equal((await compact(parts, table.ref, signal)).filesRewritten, 6)
    assert.equal((await rowsOf(table)).length, 53)
  })

  it('sorts, and orders by several columns at once', async () => {
    for (const [strategy, columns] of [
      ['sort', ['id']],
      ['z-order', ['id', 'part']],
    ] as const) {
      const table = await makeTable(lake)
      for (let at = 0; at < 3; at++) {
        await insert(
          table,
          `SELECT (range * 7919) % 1000 AS c0, 'p' || ((range * 31) % 10) AS c1 FROM range(${at * 300}, ${at * 300 + 300})`,
        )
      }
      const before = await rowsOf(table, 'c0, c1')
      const result = await compact(parts, table.ref, signal, { strategy, columns })
      assert.equal(result.filesRewritten, 3, strategy)
      assert.deepEqual(await rowsOf(table, 'c0, c1'), before)
    }
    const table = await makeTable(lake)
    await insert(table, values(0, 2))
    await assert.rejects(
      compact(parts, table.ref, signal, { strategy: 'z-order', columns: ['nothing'] }),
      { code: 'InvalidMaintenance' },
    )
  })

  it('looks after a table that was changed, as its policy says, and keeps what came of it', async () => {
    const clock = new ManualClock(systemClock.now())
    const own = { ...parts, clock }
    const maintenance = createMaintenance(own)
    const optimizers = createOptimizers(own)
    const tables = [
      await makeTable(lake),
      await makeTable(lake, { 'maintenance.enabled': 'false' }),
    ]
    for (const table of tables) {
      for (let at = 0; at < 6; at++) await insert(table, values(at, 1))
      maintenance.noticed(table.ref)
    }
    const [kept, left] = tables as [TestTable, TestTable]
    await optimizers.create(kept.ref, 'compaction', { enabled: true })
    await maintenance.run(signal)
    assert.equal((await filesOf(kept)).length, 6)
    clock.advance(10 * 60_000)
    await maintenance.run(signal)
    assert.equal((await filesOf(kept)).length, 1)
    assert.equal((await filesOf(left)).length, 6)
    const { lastRun } = await optimizers.get(kept.ref, 'compaction')
    assert.equal(lastRun!.metrics['filesRewritten'], 6)
    // Much later the snapshots before are past their time, and so are the files that only they had.
    clock.advance(20 * 86_400_000)
    await maintenance.run(signal)
    clock.advance(10 * 60_000)
    await maintenance.run(signal)
    clock.advance(30 * 60_000)
    await maintenance.run(signal)
    const { metadata } = await lake.tables.load(kept.ref)
    assert.equal(metadata.snapshots.length, 1)
    const prefix = `${kept.location.slice('s3://lake/'.length)}/data/`
    const { objects } = await lake.objects.list({ accountId, bucket: 'lake', prefix, limit: 100 })
    assert.equal(objects.length, 1)
    assert.equal((await rowsOf(kept)).length, 6)
  })

  it('works in the role of an optimizer, as far as that may', async () => {
    const clock = new ManualClock(systemClock.now())
    const roleArn = 'arn:aws:iam::123456789012:role/optimizer'
    const asked = new Set<string>()
    let forbidden: string | undefined
    let isTrusted = true
    const maintenance = createMaintenance({
      ...parts,
      clock,
      roleRights: async (role) => {
        assert.equal(role.roleArn, roleArn)
        const permits = async (action: string) => {
          asked.add(action)
          return action !== forbidden
        }
        return isTrusted ? { permits } : undefined
      },
    })
    const optimizers = createOptimizers(parts)
    const table = await makeTable(lake)
    for (let at = 0; at < 6; at++) await insert(table, values(at, 1))
    await optimizers.create(table.ref, 'compaction', { enabled: true, roleArn })
    const errorNow = async () => {
      clock.advance(1)
      await maintenance.maintain(table.ref, signal)
      return (await optimizers.listRuns(table.ref, 'compaction', { limit: 1 })).items[0]!.error
    }
    isTrusted = false
    assert.match((await errorNow())!, /unable to assume the role/)
    isTrusted = true
    for (const action of ['glue:GetTable', 's3:GetObject', 's3:PutObject', 'glue:UpdateTable']) {
      forbidden = action
      assert.match((await errorNow())!, new RegExp(`not authorized to perform: ${action}`))
      assert.equal((await filesOf(table)).length, 6, action)
    }
    forbidden = undefined
    assert.equal(await errorNow(), undefined)
    assert.equal((await filesOf(table)).length, 1)
    assert.ok(!asked.has('s3:DeleteObject'))

    // What removes files must be allowed to, in its own role.
    await optimizers.create(table.ref, 'retention', {
      enabled: true,
      roleArn,
      retention: { periodDays: 1, snapshotsMin: 1 },
    })
    forbidden = 's3:DeleteObject'
    clock.advance(20 * 86_400_000)
    await maintenance.maintain(table.ref, signal)
    const { items } = await optimizers.listRuns(table.ref, 'retention', { limit: 1 })
    assert.match(items[0]!.error!, /s3:DeleteObject/)
    assert.ok((await lake.tables.load(table.ref)).metadata.snapshots.length > 1)
    forbidden = undefined
    await maintenance.maintain(table.ref, signal)
    assert.equal((await lake.tables.load(table.ref)).metadata.snapshots.length, 1)
  })

  it('takes out deletes that apply to no file any more', async () => {
    const table = await makeTable(lake, {}, byPart)
    const file = (part: string, more: Partial<NewFile> = {}) =>
      newFile(lake, table, [1, 5], { partition: [part], ...more })
    const [first, other] = [await file('x'), await file('y')]
    await changeTable(lake, table, { kind: 'append', added: [first, other] })
    const equality = { content: 'equality-deletes', equalityIds: [1] } as const
    const deletes = [await file('x', equality), await file('y', equality)]
    await changeTable(lake, table, { kind: 'row-delta', added: [], deletes })
    // What stands in the place of the first is younger than its deletes.
    const { files } = await planTable(lake, table)
    const removed = [files.find(({ file: { path } }) => path === first.location)!.file]
    await changeTable(lake, table, { kind: 'overwrite', added: [await file('x')], removed })
    const done = await rewriteDeletes(parts, table.ref, signal)
    assert.deepEqual(done, {
      deletesRewritten: 0,
      deletesAdded: 0,
      deletesDangling: 1,
      conflicts: 0,
    })
    const left = (await planTable(lake, table)).files.flatMap((each) => each.deletes)
    assert.deepEqual(
      left.map((each) => each.file.path),
      [deletes[1]!.location],
    )
    assert.equal((await rewriteDeletes(parts, table.ref, signal)).deletesDangling, 0)
  })
})
