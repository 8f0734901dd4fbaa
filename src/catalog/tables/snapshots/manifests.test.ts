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

describe('manifests of many commits', () => {
  let lake: OpenTables

  before(async () => {
    lake = await openTemporaryTables()
  })
  after(() => lake[Symbol.asyncDispose]())

  it('keeps the files of sixteen writers, none of whom fails', async () => {
    const table = await makeTable(lake, { 'commit.manifest.min-count-to-merge': '5' })
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      const names: string[] = []
      for (let at = 0; at < 4; at++) {
        const [file] = await appendTo(lake, table, [writer * 100 + at, writer * 100 + at])
        names.push(nameOf(file!))
      }
      return names
    })
    const written = (await Promise.all(writers)).flat().toSorted()
    const plan = await planTable(lake, table)
    assert.deepEqual(namesOf(plan), written)
    assert.ok(plan.counts.manifests <= 5, `${plan.counts.manifests} manifests`)
    const { metadata } = await lake.tables.load(table.ref)
    assert.equal(metadata.snapshots.length, 64)
    assert.equal(metadata.snapshots.at(-1)!.summary!['total-data-files'], '64')
    const numbers = metadata.snapshots.map((snapshot) => snapshot['sequence-number'])
    assert.deepEqual(
      numbers,
      [...numbers].toSorted((a, b) => a - b),
    )
    assert.equal(new Set(numbers).size, 64)
    // Every file keeps the number of its own commit through the merging.
    assert.equal(new Set(plan.files.map(({ sequenceNumber }) => sequenceNumber)).size, 64)
    // Manifests that no commit named are not left behind.
    const { objects } = await lake.objects.list({
      accountId,
      bucket: 'lake',
      prefix: `${table.location.slice('s3://lake/'.length)}/metadata/`,
      limit: 1000,
    })
    assert.equal(objects.filter(({ key }) => key.includes('/snap-')).length, 64)
  })

  it('takes a file out of a merged manifest, and keeps the rest', async () => {
    const table = await makeTable(lake, { 'commit.manifest.min-count-to-merge': '2' }, byPart)
    const files = []
    for (const part of ['a', 'b', 'c', undefined]) {
      const file = await newFile(lake, table, [1, 2], { partition: [part] })
      await changeTable(lake, table, { kind: 'append', added: [file] })
      files.push(file)
    }
    const plan = await planTable(lake, table)
    assert.equal(plan.counts.manifests, 1)
    await changeTable(lake, table, { kind: 'delete', removed: [plannedFile(plan, files[1]!)] })
    const after = await planTable(lake, table)
    assert.deepEqual(after.files.map(({ sequenceNumber }) => sequenceNumber).toSorted(), [1, 3, 4])
    const isB = { type: 'eq', term: 'part', value: 'b' }
    assert.deepEqual(namesOf(await planTable(lake, table, isB)), [])
  })

  it('rewrites manifests by partition without touching a row', async () => {
    const table = await makeTable(
      lake,
      { 'commit.manifest-merge.enabled': 'false', 'commit.manifest.target-size-bytes': '9000' },
      byPart,
    )
    for (const part of ['c', 'a', 'b', 'a', 'c', 'b']) {
      const file = await newFile(lake, table, [1, 2], { partition: [part] })
      await changeTable(lake, table, { kind: 'append', added: [file] })
    }
    const before = await planTable(lake, table)
    assert.equal(before.counts.manifests, 6)
    const { snapshot } = await changeTable(lake, table, { kind: 'rewrite-manifests' })
    assert.equal(snapshot.summary!['operation'], 'replace')
    assert.equal(snapshot.summary!['total-data-files'], '6')
    const after = await planTable(lake, table)
    assert.deepEqual(namesOf(after), namesOf(before))
    assert.ok(after.counts.manifests < 6)
    const isA = { type: 'eq', term: 'part', value: 'a' }
    const ofA = await planTable(lake, table, isA)
    assert.equal(ofA.files.length, 2)
  })

  it('gives rows their ids in format 3', async () => {
    const table = await makeTable(lake, {
      'format-version': '3',
      'commit.manifest.min-count-to-merge': '3',
    })
    const [a, b] = await appendTo(lake, table, [1, 10], [11, 15])
    const [c] = await appendTo(lake, table, [16, 20])
    const firstIds = async () => {
      const { files } = await planTable(lake, table)
      return Object.fromEntries(files.map(({ file }) => [file.path, file.firstRowId]))
    }
    const expected = { [a!.location]: 0, [b!.location]: 10, [c!.location]: 15 }
    assert.deepEqual(await firstIds(), expected)
    const { metadata } = await lake.tables.load(table.ref)
    assert.equal(metadata['next-row-id'], 20)
    assert.equal(metadata.snapshots.at(-1)!['first-row-id'], 15)
    assert.equal(metadata.snapshots.at(-1)!['added-rows'], 5)
    // The merge writes the ids into the entries.
    const [d] = await appendTo(lake, table, [21, 22])
    const now = await firstIds()
    const newId = now[d!.location]!
    assert.deepEqual(now, { ...expected, [d!.location]: newId })
    assert.ok(newId >= 20)
    const plan = await planTable(lake, table)
    assert.equal(plan.counts.manifests, 1)
    const again = await lake.tables.load(table.ref)
    assert.ok(again.metadata['next-row-id']! >= newId + 2)
  })

  it('writes to branches', async () => {
    const table = await makeTable(lake)
    const [a] = await appendTo(lake, table, [1, 10])
    const b = await newFile(lake, table, [11, 12])
    await changeTable(lake, table, { kind: 'append', added: [b] }, { branch: 'audit' })
    assert.deepEqual(namesOf(await planTable(lake, table)), [nameOf(a!)])
    const onBranch = namesOf(await planTable(lake, table, undefined, 'audit'))
    assert.deepEqual(onBranch, [nameOf(a!), nameOf(b)].toSorted())
    const { metadata } = await lake.tables.load(table.ref)
    const id = metadata['current-snapshot-id']
    const tag = {
      action: 'set-snapshot-ref',
      'ref-name': 'one',
      type: 'tag',
      'snapshot-id': id,
    }
    await lake.tables.commit({ ref: table.ref, requirements: [], updates: [tag] }, 'tester')
    const c = await newFile(lake, table, [1, 2])
    await assert.rejects(
      changeTable(lake, table, { kind: 'append', added: [c] }, { branch: 'one' }),
      { code: 'InvalidChange' },
    )
  })

  it('makes a table and its first rows at once', async () => {
    const like = await makeTable(lake)
    const { metadata: model } = await lake.tables.load(like.ref)
    const ref = { ...like.ref, table: 'made' }
    const staged = await lake.tables.stage(
      { accountId: ref.accountId, region: ref.region, database: 'db' },
      { name: 'made', schema: model.schemas[0], properties: {} },
    )
    const table = { ref, location: staged.location }
    const file = await newFile(lake, table, [1, 10])
    const snapshot = { change: { kind: 'append', added: [file] } } as const
    const made = await lake.tables.createStaged(ref, staged, 'tester', { snapshot })
    assert.equal(made.snapshot!.summary!['total-records'], '10')
    assert.deepEqual(namesOf(await planTable(lake, table)), [nameOf(file)])
    await assert.rejects(lake.tables.createStaged(ref, staged, 'tester', { snapshot }), {
      code: 'TableExists',
    })
  })
})
