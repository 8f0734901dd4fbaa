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
  type OpenTables,
} from '#test/tables'
import { TableErrors } from '../errors.ts'
import type { Snapshot } from '../format/types.ts'
import type { NewFile } from './snapshot-change.ts'

describe('changes of snapshots', () => {
  let lake: OpenTables

  before(async () => {
    lake = await openTemporaryTables()
  })
  after(() => lake[Symbol.asyncDispose]())

  it('appends files, whose bytes get their name with the snapshot', async () => {
    const table = await makeTable(lake)
    const one = await newFile(lake, table, [1, 10])
    const before = await lake.tables.load(table.ref)
    const { snapshot, location } = await changeTable(lake, table, { kind: 'append', added: [one] })
    assert.notEqual(location, before.location)
    assert.equal(snapshot['sequence-number'], 1)
    assert.equal(snapshot.summary!['operation'], 'append')
    assert.equal(snapshot.summary!['total-records'], '10')
    const two = await newFile(lake, table, [11, 20])
    const second = await changeTable(lake, table, { kind: 'append', added: [two] })
    assert.equal(second.snapshot.summary!['total-records'], '20')
    assert.equal(second.snapshot.summary!['added-records'], '10')
    assert.equal(second.snapshot['parent-snapshot-id'], snapshot['snapshot-id'])
    assert.deepEqual(namesOf(await planTable(lake, table)), [nameOf(one), nameOf(two)])
    assert.deepEqual(namesOf(await planTable(lake, table, { type: 'gt', term: 'id', value: 15 })), [
      nameOf(two),
    ])
    const { objects } = await lake.objects.list({
      accountId,
      bucket: 'lake',
      prefix: `${table.location.slice('s3://lake/'.length)}/data/`,
      limit: 10,
    })
    assert.equal(objects.length, 2)
  })

  it('publishes nothing when the transaction is refused, and lets others take part in it', async () => {
    const table = await makeTable(lake)
    const one = await newFile(lake, table, [1, 10])
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
    assert.deepEqual(namesOf(await planTable(lake, table)), [])
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
    assert.deepEqual(namesOf(await planTable(lake, table)), [nameOf(one)])
  })

  it('replaces and deletes files, and refuses when they are gone', async () => {
    const table = await makeTable(lake, {}, byPart)
    const a = await newFile(lake, table, [1, 10], { partition: ['a'] })
    const b = await newFile(lake, table, [11, 20], { partition: ['b'] })
    const none = await newFile(lake, table, [21, 30], { partition: [undefined] })
    await changeTable(lake, table, { kind: 'append', added: [a, b, none] })
    const found = await planTable(lake, table)
    const isNull = { type: 'is-null', term: 'part' }
    assert.deepEqual(namesOf(await planTable(lake, table, isNull)), [nameOf(none)])
    const c = await newFile(lake, table, [1, 5], { partition: ['a'] })
    const overwrite = { kind: 'overwrite', added: [c], removed: [plannedFile(found, a)] } as const
    const { snapshot } = await changeTable(lake, table, overwrite)
    assert.equal(snapshot.summary!['operation'], 'overwrite')
    assert.equal(snapshot.summary!['deleted-records'], '10')
    assert.equal(snapshot.summary!['total-records'], '25')
    assert.equal(snapshot.summary!['total-data-files'], '3')
    assert.deepEqual(
      namesOf(await planTable(lake, table)),
      [nameOf(b), nameOf(c), nameOf(none)].toSorted(),
    )
    await assert.rejects(
      changeTable(lake, table, { kind: 'delete', removed: [plannedFile(found, a)] }),
      {
        code: 'CommitConflict',
      },
    )
    const gone = await changeTable(lake, table, {
      kind: 'delete',
      removed: [plannedFile(found, b)],
    })
    assert.equal(gone.snapshot.summary!['operation'], 'delete')
    assert.deepEqual(namesOf(await planTable(lake, table)), [nameOf(c), nameOf(none)].toSorted())
    // Travel in time still sees what was there.
    const { metadata } = await lake.tables.load(table.ref)
    assert.equal(metadata.snapshots.length, 3)
  })

  it('refuses changes that do not fit the table', async () => {
    const table = await makeTable(lake, {}, byPart)
    const refused = async (more: Partial<NewFile>) =>
      assert.rejects(
        changeTable(lake, table, {
          kind: 'append',
          added: [await newFile(lake, table, [1, 2], more)],
        }),
        { code: 'InvalidChange' },
      )
    await refused({ partition: [] })
    await refused({ partition: [1n] })
    await refused({ specId: 9, partition: ['a'] })
    await refused({ partition: ['a'], recordCount: -1 })
    await refused({ partition: ['a'], metrics: { lowerBounds: new Map([[1, 'text']]) } })
    await refused({ partition: ['a'], content: 'position-deletes' })
    const old1 = await makeTable(lake, { 'format-version': '1' })
    await appendTo(lake, old1, [1, 2])
    const deletes = [
      await newFile(lake, old1, [1, 1], { content: 'equality-deletes', equalityIds: [1] }),
    ]
    const change = changeTable(lake, old1, { kind: 'row-delta', added: [], deletes })
    await assert.rejects(change, { code: 'InvalidChange', message: /format version 2/ })
  })
})
