import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { accountId, openTables, readerOf, region, type OpenTables } from '#test/tables'
import { currentSchema } from '../format/metadata.ts'
import { parseFilter } from '../scan/filter.ts'
import type { ContentFile } from '../scan/manifest.ts'
import { chooseSnapshot, planScan, type ScanPlan } from '../scan/plan.ts'
import { TableErrors } from '../errors.ts'
import type { Snapshot } from '../format/types.ts'
import type { NewFile, SnapshotChange, SnapshotInput } from './snapshot-change.ts'

const schema = {
  type: 'struct',
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'part', required: false, type: 'string' },
  ],
}
const byPart = {
  fields: [{ 'source-id': 2, 'field-id': 1000, name: 'part', transform: 'identity' }],
}

describe('changes of snapshots', () => {
  let folder: string
  let lake: OpenTables
  let number = 0

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-snapshots-'))
    lake = await openTables(folder)
  })
  after(async () => {
    await lake[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  const make = async (
    properties: Readonly<Record<string, string>> = {},
    partitionSpec?: unknown,
  ) => {
    const name = `t${++number}`
    const ref = { accountId, region, database: 'db' }
    const { metadata } = await lake.tables.create(
      ref,
      { name, schema, properties, partitionSpec },
      'tester',
    )
    return { ref: { ...ref, table: name }, location: metadata.location }
  }
  type Table = Awaited<ReturnType<typeof make>>

  let file = 0
  /** A file with ids from `first` to `last`; its bytes are nobody's business here. */
  const newFile = async (
    table: Table,
    [first, last]: readonly [number, number],
    more: Partial<NewFile> = {},
  ): Promise<NewFile> => {
    const location = `${table.location}/data/f${++file}.parquet`
    const key = location.slice('s3://lake/'.length)
    const blob = await lake.objects.stage(Buffer.from(`rows ${file}`), {
      accountId,
      bucket: 'lake',
      key,
    })
    return {
      location,
      blob,
      specId: 0,
      partition: [],
      recordCount: last - first + 1,
      sizeBytes: blob.sizeBytes,
      metrics: {
        valueCounts: new Map([[1, last - first + 1]]),
        nullCounts: new Map([[1, 0]]),
        lowerBounds: new Map([[1, BigInt(first)]]),
        upperBounds: new Map([[1, BigInt(last)]]),
      },
      ...more,
    }
  }
  const change = (
    table: Table,
    what: SnapshotChange,
    options: Omit<SnapshotInput, 'change'> = {},
  ) => lake.tables.changeSnapshot(table.ref, { change: what, ...options }, 'tester')
  const append = async (table: Table, ...ranges: (readonly [number, number])[]) => {
    const added: NewFile[] = []
    for (const range of ranges) added.push(await newFile(table, range))
    return change(table, { kind: 'append', added })
  }
  const plan = async (table: Table, filter?: unknown, ref = 'main'): Promise<ScanPlan> => {
    // As a reader who knows nothing: through other caches than the writer's.
    const reader = readerOf(lake)
    const { metadata } = await reader.tables.load(table.ref)
    return planScan({
      metadata,
      snapshot: chooseSnapshot(metadata, { ref }),
      source: reader.manifests.sourceFor(accountId),
      ...(filter === undefined ? {} : { filter: parseFilter(filter, currentSchema(metadata)) }),
    })
  }
  const names = (found: ScanPlan) =>
    found.files.map(({ file: { path } }) => path.slice(path.lastIndexOf('/') + 1)).toSorted()
  const nameOf = ({ location }: NewFile) => location.slice(location.lastIndexOf('/') + 1)
  const old = (found: ScanPlan, of: NewFile): ContentFile =>
    found.files.find(({ file: { path } }) => path === of.location)!.file

  it('appends files, whose bytes get their name with the snapshot', async () => {
    const table = await make()
    const one = await newFile(table, [1, 10])
    const before = await lake.tables.load(table.ref)
    const { snapshot, location } = await change(table, { kind: 'append', added: [one] })
    assert.notEqual(location, before.location)
    assert.equal(snapshot['sequence-number'], 1)
    assert.equal(snapshot.summary!['operation'], 'append')
    assert.equal(snapshot.summary!['total-records'], '10')
    const two = await newFile(table, [11, 20])
    const second = await change(table, { kind: 'append', added: [two] })
    assert.equal(second.snapshot.summary!['total-records'], '20')
    assert.equal(second.snapshot.summary!['added-records'], '10')
    assert.equal(second.snapshot['parent-snapshot-id'], snapshot['snapshot-id'])
    assert.deepEqual(names(await plan(table)), [nameOf(one), nameOf(two)])
    assert.deepEqual(names(await plan(table, { type: 'gt', term: 'id', value: 15 })), [nameOf(two)])
    const { objects } = await lake.objects.list({
      accountId,
      bucket: 'lake',
      prefix: `${table.location.slice('s3://lake/'.length)}/data/`,
      limit: 10,
    })
    assert.equal(objects.length, 2)
  })

  it('publishes nothing when the transaction is refused, and lets others take part in it', async () => {
    const table = await make()
    const one = await newFile(table, [1, 10])
    const before = await lake.tables.load(table.ref)
    const refused = lake.tables.changeSnapshot(
      table.ref,
      { change: { kind: 'append', added: [one] } },
      'tester',
      {
        onCommit: async () => {
          throw TableErrors.CommitFailed('no')
        },
      },
    )
    await assert.rejects(refused, { code: 'CommitFailed' })
    assert.equal((await lake.tables.load(table.ref)).location, before.location)
    assert.deepEqual(names(await plan(table)), [])
    const seen: unknown[] = []
    const { snapshot } = await lake.tables.changeSnapshot(
      table.ref,
      { change: { kind: 'append', added: [one] }, summary: { checkpoint: '7' } },
      'tester',
      { onCommit: async (_tx, committed) => void seen.push(...committed.snapshots) },
    )
    assert.deepEqual(
      seen.map((each) => (each as Snapshot)['snapshot-id']),
      [snapshot['snapshot-id']],
    )
    assert.equal(snapshot.summary!['checkpoint'], '7')
    assert.deepEqual(names(await plan(table)), [nameOf(one)])
  })

  it('replaces and deletes files, and refuses when they are gone', async () => {
    const table = await make({}, byPart)
    const a = await newFile(table, [1, 10], { partition: ['a'] })
    const b = await newFile(table, [11, 20], { partition: ['b'] })
    const none = await newFile(table, [21, 30], { partition: [undefined] })
    await change(table, { kind: 'append', added: [a, b, none] })
    const found = await plan(table)
    const isNull = { type: 'is-null', term: 'part' }
    assert.deepEqual(names(await plan(table, isNull)), [nameOf(none)])
    const c = await newFile(table, [1, 5], { partition: ['a'] })
    const overwrite = { kind: 'overwrite', added: [c], removed: [old(found, a)] } as const
    const { snapshot } = await change(table, overwrite)
    assert.equal(snapshot.summary!['operation'], 'overwrite')
    assert.equal(snapshot.summary!['deleted-records'], '10')
    assert.equal(snapshot.summary!['total-records'], '25')
    assert.equal(snapshot.summary!['total-data-files'], '3')
    assert.deepEqual(names(await plan(table)), [nameOf(b), nameOf(c), nameOf(none)].toSorted())
    await assert.rejects(change(table, { kind: 'delete', removed: [old(found, a)] }), {
      code: 'CommitConflict',
    })
    const gone = await change(table, { kind: 'delete', removed: [old(found, b)] })
    assert.equal(gone.snapshot.summary!['operation'], 'delete')
    assert.deepEqual(names(await plan(table)), [nameOf(c), nameOf(none)].toSorted())
    // Travel in time still sees what was there.
    const { metadata } = await lake.tables.load(table.ref)
    assert.equal(metadata.snapshots.length, 3)
  })

  it('refuses changes that do not fit the table', async () => {
    const table = await make({}, byPart)
    const refused = async (more: Partial<NewFile>) =>
      assert.rejects(
        change(table, { kind: 'append', added: [await newFile(table, [1, 2], more)] }),
        { code: 'InvalidChange' },
      )
    await refused({ partition: [] })
    await refused({ partition: [1n] })
    await refused({ specId: 9, partition: ['a'] })
    await refused({ partition: ['a'], recordCount: -1 })
    await refused({ partition: ['a'], metrics: { lowerBounds: new Map([[1, 'text']]) } })
    await refused({ partition: ['a'], content: 'position-deletes' })
    const old1 = await make({ 'format-version': '1' })
    await assert.rejects(append(old1, [1, 2]), { code: 'UnsupportedFormat' })
  })
})
