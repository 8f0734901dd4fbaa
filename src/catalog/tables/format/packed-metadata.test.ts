import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { parseTableMetadata } from './metadata.ts'
import { newTableMetadata } from './new-table.ts'
import { packMetadata } from './packed-metadata.ts'
import type { Snapshot, TableMetadata } from './types.ts'

const empty = newTableMetadata(
  {
    schema: { type: 'struct', fields: [{ id: 1, name: 'é', required: false, type: 'long' }] },
    spec: undefined,
    sortOrder: undefined,
    location: 's3://lake/t',
    properties: { 'a property': 'ünïcode' },
  },
  { nowMs: 1_700_000_000_000, uuid: '6f1c2f5e-3f0a-4a9e-9a55-0c1d5b0a7c11' },
)

function grown(count: number): TableMetadata {
  const snapshots = Array.from({ length: count }, (_, at): Snapshot => ({
    'snapshot-id': 9_000_000_000_000_000_000n + BigInt(at),
    'sequence-number': at + 1,
    'timestamp-ms': 1_700_000_000_000 + at,
    'manifest-list': `s3://lake/t/metadata/snap-${at}.avro`,
    summary: { operation: 'append' },
  }))
  const log = snapshots.map((snapshot) => ({
    'snapshot-id': snapshot['snapshot-id'],
    'timestamp-ms': snapshot['timestamp-ms'],
  }))
  const last = snapshots.at(-1)?.['snapshot-id']
  return {
    ...empty,
    'last-sequence-number': count,
    snapshots,
    'snapshot-log': log,
    ...(last === undefined
      ? {}
      : { 'current-snapshot-id': last, refs: { main: { 'snapshot-id': last, type: 'branch' } } }),
  }
}

/** gunzip compares the checksum and the length at the end. */
const unpack = (metadata: TableMetadata) =>
  parseTableMetadata(gunzipSync(packMetadata(metadata)).toString())

describe('packed metadata', () => {
  for (const count of [0, 1, 2, 127, 128, 129, 130, 257, 1000]) {
    it(`is what the plain file says: ${count} snapshots`, () => {
      const metadata = grown(count)
      assert.deepEqual(unpack(metadata), metadata)
    })
  }

  it('stays so while snapshots come, and go from anywhere', () => {
    let metadata = grown(700)
    const all = grown(1500)
    unpack(metadata)
    for (let round = 0; round < 12; round++) {
      const next = all.snapshots.slice(700 + round * 60, 700 + (round + 1) * 60)
      const kept = metadata.snapshots.filter((_, at) => at >= 31 && at !== 200 + round)
      const snapshots = [...kept, ...next]
      const last = snapshots.at(-1)!['snapshot-id']
      metadata = {
        ...metadata,
        snapshots,
        'snapshot-log': metadata['snapshot-log'].slice(round),
        'current-snapshot-id': last,
        refs: { main: { 'snapshot-id': last, type: 'branch' } },
      }
      assert.deepEqual(unpack(metadata), metadata)
    }
  })
})
