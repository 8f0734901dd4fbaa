import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { currentSchema, parseTableMetadata } from '../format/metadata.ts'
import type { TableMetadata } from '../format/types.ts'
import { parseFilter } from './filter.ts'
import { readManifest } from './manifest.ts'
import { readManifestList } from './manifest-list.ts'
import { chooseSnapshot, planScan, type ManifestSource, type ScanPlan } from './plan.ts'

/** Written by PyIceberg: see the README there. */
const fixtures = new URL('../../../../test/fixtures/iceberg/', import.meta.url).pathname

interface Case {
  readonly filter: unknown
  readonly snapshotId: string | null
  /** The files that PyIceberg plans to read. */
  readonly planned: readonly string[]
  /** Those that do have rows which pass. */
  readonly matching: readonly string[]
}

function open(table: string): {
  metadata: TableMetadata
  source: ManifestSource
  opened: string[]
} {
  const opened: string[] = []
  const read = (location: string) => {
    opened.push(nameOf(location))
    return readFile(join(fixtures, table, nameOf(location)))
  }
  const source: ManifestSource = {
    list: async (snapshot) => {
      const location = snapshot['manifest-list']
      return readManifestList(await read(location), location)
    },
    entries: async (manifest) => readManifest(await read(manifest.path), manifest),
  }
  const metadata = parseTableMetadata(readFileSync(join(fixtures, table, 'metadata.json'), 'utf8'))
  return { metadata, source, opened }
}

function expected<T>(table: string): T {
  return JSON.parse(readFileSync(join(fixtures, table, 'expected.json'), 'utf8')) as T
}

const nameOf = (location: string) => location.slice(location.lastIndexOf('/') + 1)
const filesOf = (plan: ScanPlan) => plan.files.map(({ file }) => nameOf(file.path)).toSorted()

describe('planning scans of tables that PyIceberg wrote', () => {
  for (const table of ['parts', 'kinds', 'kinds_partitioned', 'format_1']) {
    it(`keeps every file of ${table} that has rows, and none that PyIceberg passes over`, async () => {
      const { metadata, source } = open(table)
      const cases = expected<Case[]>(table)
      assert.ok(cases.length > 3)
      for (const { filter, snapshotId, planned, matching } of cases) {
        const snapshot = chooseSnapshot(
          metadata,
          snapshotId === null ? undefined : { snapshotId: BigInt(snapshotId) },
        )
        const bound = parseFilter(filter, currentSchema(metadata))
        const files = filesOf(await planScan({ metadata, snapshot, source, filter: bound }))
        const about = JSON.stringify(filter)
        assert.deepEqual(
          matching.filter((name) => !files.includes(name)),
          [],
          `rows are lost: ${about}`,
        )
        // Negative decimals in buckets: PyIceberg does not find what it wrote.
        if (matching.some((name) => !planned.includes(name))) continue
        assert.deepEqual(
          files.filter((name) => !planned.includes(name)),
          [],
          `more is read than needed: ${about}`,
        )
      }
    })
  }

  it('opens no manifest that lies outside by its partitions', async () => {
    const { metadata, source, opened } = open('format_1')
    const snapshot = chooseSnapshot(metadata)
    const filter = parseFilter({ type: 'eq', term: 'group', value: 'g1' }, currentSchema(metadata))
    const plan = await planScan({ metadata, snapshot, source, filter })
    assert.deepEqual([plan.counts.manifests, plan.counts.manifestsRead], [3, 1])
    assert.equal(opened.length, 2)
    assert.equal(plan.files.length, 1)
    assert.deepEqual(plan.files[0]!.file.partition, ['g1'])
    assert.equal(plan.files[0]!.sequenceNumber, 0)
  })

  it('gives each data file the deletes that apply to it', async () => {
    const { metadata, source } = open('deletes')
    const { deletesOf } = expected<{ deletesOf: Record<string, string[]> }>('deletes')
    const plan = await planScan({ metadata, snapshot: chooseSnapshot(metadata), source })
    const found = Object.fromEntries(
      plan.files.map(({ file, deletes }) => [
        nameOf(file.path),
        deletes.map((entry) => nameOf(entry.file.path)).toSorted(),
      ]),
    )
    assert.deepEqual(found, deletesOf)
    const equal = plan.files
      .flatMap(({ deletes }) => deletes)
      .find(({ file }) => file.content === 'equality-deletes')!
    assert.deepEqual(equal.file.equalityIds, [1])
    assert.equal(equal.sequenceNumber, 3)
  })

  it('travels in time by id, by name and by time', () => {
    const { metadata } = open('parts')
    const log = metadata['snapshot-log']
    const second = log[1]!
    const id = (choice: Parameters<typeof chooseSnapshot>[1]) =>
      chooseSnapshot(metadata, choice)?.['snapshot-id']
    assert.equal(id({ asOfMs: second['timestamp-ms'] }), second['snapshot-id'])
    assert.equal(id({ asOfMs: log[2]!['timestamp-ms'] - 1 }), second['snapshot-id'])
    assert.equal(id({ ref: 'main' }), metadata['current-snapshot-id'])
    assert.throws(() => id({ asOfMs: log[0]!['timestamp-ms'] - 1 }), { code: 'InvalidMetadata' })
    assert.throws(() => id({ ref: 'nowhere' }), { code: 'InvalidMetadata' })
    assert.throws(() => id({ snapshotId: 1n }), { code: 'InvalidMetadata' })
  })

  it('names a manifest that is cut off or is none', async () => {
    const { metadata, source } = open('format_1')
    const snapshot = chooseSnapshot(metadata)!
    const [manifest] = await source.list(snapshot)
    const bytes = await readFile(join(fixtures, 'format_1', nameOf(manifest!.path)))
    for (const broken of [bytes.subarray(0, -20), bytes.subarray(4), Buffer.alloc(0)]) {
      await assert.rejects(readManifest(broken, manifest!), {
        code: 'ManifestUnreadable',
        message: new RegExp(nameOf(manifest!.path)),
      })
    }
    const flipped = Buffer.from(bytes)
    flipped[flipped.length - 30]! ^= 0xff
    await assert.rejects(readManifest(flipped, manifest!), { code: 'ManifestUnreadable' })
  })
})
