import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Snapshot, SnapshotRef, TableMetadata } from '#catalog/tables'
import { expiryOf } from './retention.ts'

const day = 86_400_000
const now = 100 * day

function history(
  snapshots: readonly (readonly [id: number, parent: number | undefined, ageDays: number])[],
  refs: Readonly<Record<string, SnapshotRef>>,
  properties: Readonly<Record<string, string>> = {},
): TableMetadata {
  return {
    properties,
    refs,
    snapshots: snapshots.map(([id, parent, age]): Snapshot => ({
      'snapshot-id': BigInt(id),
      ...(parent === undefined ? {} : { 'parent-snapshot-id': BigInt(parent) }),
      'sequence-number': id,
      'timestamp-ms': now - age * day,
      'manifest-list': `s3://lake/${id}.avro`,
    })),
  } as Partial<TableMetadata> as TableMetadata
}

const branch = (id: number, more: Partial<SnapshotRef> = {}): SnapshotRef => ({
  'snapshot-id': BigInt(id),
  type: 'branch',
  ...more,
})
const line: [number, number | undefined, number][] = [
  [1, undefined, 30],
  [2, 1, 20],
  [3, 2, 6],
  [4, 3, 4],
  [5, 4, 1],
]

/** https://iceberg.apache.org/spec/#snapshot-retention-policy */
describe('which snapshots expire', () => {
  const expired = (...given: Parameters<typeof history>) =>
    expiryOf(history(...given), now).snapshotIds.map(Number)

  it('keeps five days unless the table says otherwise', () => {
    assert.deepEqual(expired(line, { main: branch(5) }), [1, 2, 3])
    const tenDays = { 'history.expire.max-snapshot-age-ms': String(10 * day) }
    assert.deepEqual(expired(line, { main: branch(5) }, tenDays), [1, 2])
    const four = { 'history.expire.min-snapshots-to-keep': '4' }
    assert.deepEqual(expired(line, { main: branch(5) }, four), [1])
  })

  it('keeps the current one, however old', () => {
    assert.deepEqual(expired([[1, undefined, 90]], { main: branch(1) }), [])
  })

  it('keeps what tags and branches stand at, for their time', () => {
    const tag: SnapshotRef = { 'snapshot-id': 1n, type: 'tag' }
    assert.deepEqual(expired(line, { main: branch(5), tag }), [2, 3])
    const short = { ...tag, 'max-ref-age-ms': 3 * day }
    const metadata = history(line, { main: branch(5), short })
    assert.deepEqual(expiryOf(metadata, now), { snapshotIds: [1n, 2n, 3n], refs: ['short'] })
    const audit = branch(2, { 'min-snapshots-to-keep': 2 })
    assert.deepEqual(expired(line, { main: branch(5), audit }), [3])
  })

  it('gives what no branch leads to its time', () => {
    const all = [...line, [6, 4, 2], [7, 1, 9]] as typeof line
    assert.deepEqual(expired(all, { main: branch(5) }), [1, 2, 3, 7])
  })

  it('does as a statement says', () => {
    const metadata = history(
      line,
      { main: branch(5) },
      {
        'history.expire.max-snapshot-age-ms': String(90 * day),
      },
    )
    const retention = { isExact: true, snapshotAgeMsMax: 0, snapshotsMin: 2 }
    assert.deepEqual(expiryOf(metadata, now, retention).snapshotIds, [1n, 2n, 3n])
  })
})
