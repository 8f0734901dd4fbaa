import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  accountId,
  appendTo,
  byPart,
  changeTable,
  makeTable,
  nameOf,
  namesOf,
  newFile,
  openTemporaryTables,
  planTable,
  plannedFile,
  readerOf,
  type OpenTables,
  type TestTable,
} from '#test/tables'
import { currentSchema } from '../format/metadata.ts'
import { writeDeletionVectors } from '../puffin/deletion-vector.ts'
import { parseFilter } from '../scan/filter.ts'
import type { NewFile, OldFile } from './snapshot-change.ts'

/** https://iceberg.apache.org/spec/#optimistic-concurrency, and the rules of the reference implementation. */
describe('changes that meet other changes', () => {
  let lake: OpenTables

  before(async () => {
    lake = await openTemporaryTables()
  })
  after(() => lake[Symbol.asyncDispose]())

  const conflict = { code: 'CommitConflict' }
  const baseOf = async (table: TestTable) => {
    const { metadata } = await lake.tables.load(table.ref)
    return { baseSnapshotId: metadata['current-snapshot-id'] }
  }
  const where = async (table: TestTable, filter: unknown) => {
    const { metadata } = await lake.tables.load(table.ref)
    return { conflictFilter: parseFilter(filter, currentSchema(metadata)) }
  }
  const positionDeletes = (table: TestTable, of: NewFile, more: Partial<NewFile> = {}) =>
    newFile(lake, table, [1, 1], {
      content: 'position-deletes',
      referencedDataFile: of.location,
      partition: of.partition,
      metrics: {},
      ...more,
    })

  it('lets an overwrite through beside appends that it does not look at', async () => {
    const table = await makeTable(lake, {}, byPart)
    const a = await newFile(lake, table, [1, 10], { partition: ['a'] })
    await changeTable(lake, table, { kind: 'append', added: [a] })
    const base = await baseOf(table)
    const removed = [plannedFile(await planTable(lake, table), a)]
    const other = await newFile(lake, table, [11, 20], { partition: ['b'] })
    await changeTable(lake, table, { kind: 'append', added: [other] })
    const change = {
      kind: 'overwrite',
      removed,
      added: [await newFile(lake, table, [1, 9], { partition: ['a'] })],
    } as const
    // All rows are looked at, or those of the other partition.
    await assert.rejects(changeTable(lake, table, change, base), conflict)
    const ofB = await where(table, { type: 'eq', term: 'part', value: 'b' })
    await assert.rejects(changeTable(lake, table, change, { ...base, ...ofB }), conflict)
    const ofA = await where(table, { type: 'eq', term: 'part', value: 'a' })
    await changeTable(lake, table, change, { ...base, ...ofA })
    assert.equal((await planTable(lake, table)).files.length, 2)
  })

  it('does not look at new rows under snapshot isolation', async () => {
    const table = await makeTable(lake)
    const [a] = await appendTo(lake, table, [1, 10])
    const base = await baseOf(table)
    const removed = [plannedFile(await planTable(lake, table), a!)]
    await appendTo(lake, table, [5, 6])
    const added = [await newFile(lake, table, [1, 9])]
    await changeTable(
      lake,
      table,
      { kind: 'overwrite', removed, added },
      { ...base, isolation: 'snapshot' },
    )
    assert.equal((await planTable(lake, table)).files.length, 2)
  })

  it('loses no delete of rows that were rewritten meanwhile', async () => {
    for (const kind of ['overwrite', 'rewrite'] as const) {
      const table = await makeTable(lake)
      const [a] = await appendTo(lake, table, [1, 10])
      const base = await baseOf(table)
      const removed = [plannedFile(await planTable(lake, table), a!)]
      const deletes = [await positionDeletes(table, a!)]
      await changeTable(lake, table, { kind: 'row-delta', added: [], deletes })
      const added = [await newFile(lake, table, [1, 10])]
      const options = { ...base, isolation: 'snapshot' } as const
      await assert.rejects(changeTable(lake, table, { kind, removed, added }, options), conflict)
      const plan = await planTable(lake, table)
      assert.deepEqual(namesOf(plan), [nameOf(a!)])
      assert.equal(plan.files[0]!.deletes.length, 1)
    }
  })

  it('rewrites files beside equality deletes, which still apply to them', async () => {
    const table = await makeTable(lake)
    const [a] = await appendTo(lake, table, [1, 10])
    const base = await baseOf(table)
    const removed = [plannedFile(await planTable(lake, table), a!)]
    const equality = await newFile(lake, table, [3, 3], {
      content: 'equality-deletes',
      equalityIds: [1],
    })
    await changeTable(lake, table, { kind: 'row-delta', added: [], deletes: [equality] })
    await appendTo(lake, table, [11, 12])
    const whole = await newFile(lake, table, [1, 10])
    const { snapshot } = await changeTable(
      lake,
      table,
      { kind: 'rewrite', removed, added: [whole] },
      base,
    )
    assert.equal(snapshot.summary!['operation'], 'replace')
    const plan = await planTable(lake, table)
    const rewritten = plan.files.find(({ file }) => file.path === whole.location)!
    assert.equal(rewritten.sequenceNumber, 1)
    assert.deepEqual(
      rewritten.deletes.map(({ file }) => file.path),
      [equality.location],
    )
    const later = plan.files.find(({ file }) => file.path !== whole.location)!
    assert.deepEqual(later.deletes, [])
  })

  it('does not delete rows of a file that is gone', async () => {
    const table = await makeTable(lake)
    const [a] = await appendTo(lake, table, [1, 10])
    const base = await baseOf(table)
    const removed = [plannedFile(await planTable(lake, table), a!)]
    const added = [await newFile(lake, table, [1, 10])]
    await changeTable(lake, table, { kind: 'rewrite', removed, added })
    const deletes = [await positionDeletes(table, a!)]
    await assert.rejects(
      changeTable(lake, table, { kind: 'row-delta', added: [], deletes }, base),
      conflict,
    )
  })

  it('updates no row that was deleted meanwhile, and leaves other files alone', async () => {
    const table = await makeTable(lake)
    const [a, b] = await appendTo(lake, table, [1, 10], [11, 20])
    const base = { ...(await baseOf(table)), isolation: 'snapshot' } as const
    const deletes = [await positionDeletes(table, a!)]
    await changeTable(lake, table, { kind: 'row-delta', added: [], deletes })
    const update = async (of: NewFile) => ({
      kind: 'row-delta' as const,
      added: [await newFile(lake, table, [1, 1])],
      deletes: [await positionDeletes(table, of)],
    })
    await assert.rejects(changeTable(lake, table, await update(a!), base), conflict)
    const { snapshot } = await changeTable(lake, table, await update(b!), base)
    assert.equal(snapshot.summary!['operation'], 'overwrite')
    assert.equal(snapshot.summary!['total-position-deletes'], '2')
  })

  it('takes deletes away with the data that they are of', async () => {
    const table = await makeTable(lake)
    const [a, b] = await appendTo(lake, table, [1, 10], [11, 20])
    const deletes = [await positionDeletes(table, a!), await positionDeletes(table, b!)]
    await changeTable(lake, table, { kind: 'row-delta', added: [], deletes })
    const removed = [plannedFile(await planTable(lake, table), a!)]
    const { snapshot } = await changeTable(lake, table, { kind: 'delete', removed })
    assert.equal(snapshot.summary!['removed-position-delete-files'], '1')
    assert.equal(snapshot.summary!['total-delete-files'], '1')
    assert.equal(snapshot.summary!['total-records'], '10')
  })

  it('gives a data file one deletion vector', async () => {
    const table = await makeTable(lake, { 'format-version': '3' })
    const [a, b] = await appendTo(lake, table, [1, 10], [11, 20])
    const base = await baseOf(table)
    const vectorsOf = async (vectors: Parameters<typeof writeDeletionVectors>[0]) => {
      const written = writeDeletionVectors(vectors)
      const first = await newFile(lake, table, [1, 1])
      const location = first.location.replace(/parquet$/, 'puffin')
      const key = location.slice('s3://lake/'.length)
      const blob = await lake.objects.stage(written.bytes, { accountId, bucket: 'lake', key })
      return written.vectors.map((vector): NewFile => ({
        ...vector,
        location,
        blob,
        content: 'position-deletes',
        format: 'puffin',
        specId: 0,
        partition: [],
        sizeBytes: written.bytes.length,
      }))
    }
    const first = await vectorsOf([
      { dataFile: a!.location, positions: [0, 1] },
      { dataFile: b!.location, positions: [3] },
    ])
    const one = await changeTable(lake, table, { kind: 'row-delta', added: [], deletes: first })
    assert.equal(one.snapshot.summary!['added-dvs'], '2')
    assert.equal(one.snapshot.summary!['total-position-deletes'], '3')
    const more = await vectorsOf([{ dataFile: a!.location, positions: [0, 1, 5] }])
    const late = { kind: 'row-delta', added: [], deletes: more } as const
    await assert.rejects(changeTable(lake, table, late, base), conflict)
    const plan = await planTable(lake, table)
    const removedDeletes: OldFile[] = plan.files
      .find(({ file }) => file.path === a!.location)!
      .deletes.map(({ file }) => file)
    assert.equal(removedDeletes.length, 1)
    const two = await changeTable(lake, table, { ...late, removedDeletes })
    assert.equal(two.snapshot.summary!['total-position-deletes'], '4')
    const now = await planTable(lake, table)
    const counts = now.files.map(({ deletes }) => deletes.map(({ file }) => file.recordCount))
    assert.deepEqual(counts.toSorted(), [[1], [3]])
    await assert.rejects(
      changeTable(lake, table, {
        kind: 'row-delta',
        added: [],
        deletes: [await positionDeletes(table, b!)],
      }),
      { code: 'InvalidChange' },
    )
  })

  it('refuses a base that is not in the history any more', async () => {
    const table = await makeTable(lake)
    const [a] = await appendTo(lake, table, [1, 10])
    const first = await baseOf(table)
    await appendTo(lake, table, [11, 20])
    const removed = [plannedFile(await planTable(lake, table), a!)]
    await lake.tables.commit(
      {
        ref: table.ref,
        requirements: [],
        updates: [
          {
            action: 'set-snapshot-ref',
            'ref-name': 'main',
            type: 'branch',
            'snapshot-id': first.baseSnapshotId,
          },
        ],
      },
      'tester',
    )
    const { metadata } = await lake.tables.load(table.ref)
    const rolledBack = metadata.snapshots.at(-1)!['snapshot-id']
    await assert.rejects(
      changeTable(lake, table, { kind: 'delete', removed }, { baseSnapshotId: rolledBack }),
      conflict,
    )
  })

  it('names a manifest that is damaged, and leaves other tables alone', async () => {
    const [table, other] = [await makeTable(lake), await makeTable(lake)]
    const [a] = await appendTo(lake, table, [1, 10])
    const [b] = await appendTo(lake, other, [1, 10])
    const removed = [plannedFile(await planTable(lake, table), a!)]
    const { metadata } = await lake.tables.load(table.ref)
    const source = readerOf(lake).manifests.sourceFor(accountId)
    const [manifest] = await source.list(metadata.snapshots.at(-1)!)
    const key = manifest!.path.slice('s3://lake/'.length)
    await lake.objects.put({ accountId, bucket: 'lake', key }, Buffer.from('Obj\u0001 no more'))
    const reader = readerOf(lake)
    await assert.rejects(
      reader.tables.changeSnapshot(table.ref, { change: { kind: 'delete', removed } }, 'tester'),
      { code: 'ManifestUnreadable', message: new RegExp(manifest!.path.split('/').at(-1)!) },
    )
    // New rows need no old manifest; and the other table knows nothing of it.
    await appendTo(lake, table, [11, 20])
    assert.deepEqual(namesOf(await planTable(lake, other)), [nameOf(b!)])
  })
})
