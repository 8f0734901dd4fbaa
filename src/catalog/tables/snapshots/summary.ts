import type { Snapshot, TextMap } from '../format/types.ts'
import type { ContentFile } from '../scan/manifest.ts'
import type { SnapshotChange } from './snapshot-change.ts'

/** What a snapshot added or took away, counted. */
interface Tally {
  dataFiles: number
  deleteFiles: number
  positionFiles: number
  equalityFiles: number
  vectors: number
  sizeBytes: number
  records: number
  positionDeletes: number
  equalityDeletes: number
}

function tally(files: readonly ContentFile[]): Tally {
  const total: Tally = {
    dataFiles: 0,
    deleteFiles: 0,
    positionFiles: 0,
    equalityFiles: 0,
    vectors: 0,
    sizeBytes: 0,
    records: 0,
    positionDeletes: 0,
    equalityDeletes: 0,
  }
  for (const file of files) {
    // A Puffin file has many vectors, and the size of one is that of its blob.
    total.sizeBytes += file.contentSizeBytes ?? file.sizeBytes
    if (file.content === 'data') {
      total.dataFiles += 1
      total.records += file.recordCount
      continue
    }
    total.deleteFiles += 1
    if (file.content === 'equality-deletes') {
      total.equalityFiles += 1
      total.equalityDeletes += file.recordCount
    } else {
      if (file.format === 'puffin') total.vectors += 1
      else total.positionFiles += 1
      total.positionDeletes += file.recordCount
    }
  }
  return total
}

/** Names of added, removed and total counts: https://iceberg.apache.org/spec/#optional-snapshot-summary-fields */
const names: readonly (readonly [
  member: keyof Tally,
  added: string,
  removed: string,
  total?: string,
])[] = [
  ['dataFiles', 'added-data-files', 'deleted-data-files', 'total-data-files'],
  ['deleteFiles', 'added-delete-files', 'removed-delete-files', 'total-delete-files'],
  ['positionFiles', 'added-position-delete-files', 'removed-position-delete-files'],
  ['equalityFiles', 'added-equality-delete-files', 'removed-equality-delete-files'],
  ['vectors', 'added-dvs', 'removed-dvs'],
  ['sizeBytes', 'added-files-size', 'removed-files-size', 'total-files-size'],
  ['records', 'added-records', 'deleted-records', 'total-records'],
  [
    'positionDeletes',
    'added-position-deletes',
    'removed-position-deletes',
    'total-position-deletes',
  ],
  [
    'equalityDeletes',
    'added-equality-deletes',
    'removed-equality-deletes',
    'total-equality-deletes',
  ],
]

export interface SummaryInput {
  readonly operation: string
  readonly added: readonly ContentFile[]
  readonly removed: readonly ContentFile[]
  readonly before: Snapshot | undefined
  readonly manifests: {
    readonly created: number
    readonly kept: number
    readonly replaced: number
  }
  readonly more: TextMap
}

/** The summary of a snapshot. Totals that the snapshot before does not tell are not told either. */
export function summarise(input: SummaryInput): TextMap {
  const [added, removed] = [tally(input.added), tally(input.removed)]
  const before = input.before?.summary
  const counts: Record<string, string> = {}
  for (const [member, addedName, removedName, totalName] of names) {
    if (added[member] > 0) counts[addedName] = String(added[member])
    if (removed[member] > 0) counts[removedName] = String(removed[member])
    if (totalName === undefined) continue
    const base = input.before ? Number(before?.[totalName] ?? Number.NaN) : 0
    if (Number.isSafeInteger(base)) {
      counts[totalName] = String(Math.max(0, base + added[member] - removed[member]))
    }
  }
  const partitions = new Set(
    [...input.added, ...input.removed].map(({ specId, partition }) =>
      JSON.stringify([specId, partition.map(String)]),
    ),
  )
  return {
    ...input.more,
    operation: input.operation,
    ...counts,
    'changed-partition-count': String(partitions.size),
    'manifests-created': String(input.manifests.created),
    'manifests-kept': String(input.manifests.kept),
    'manifests-replaced': String(input.manifests.replaced),
  }
}

/** https://iceberg.apache.org/spec/#snapshots, `operation` */
export function operationOf(change: SnapshotChange): 'append' | 'replace' | 'overwrite' | 'delete' {
  switch (change.kind) {
    case 'append':
      return 'append'
    case 'rewrite':
    case 'rewrite-manifests':
      return 'replace'
    case 'delete':
      return 'delete'
    case 'overwrite':
      return change.added.length === 0 ? 'delete' : 'overwrite'
    case 'row-delta':
      if (change.deletes.length === 0) return 'append'
      return change.added.length === 0 ? 'delete' : 'overwrite'
  }
}
