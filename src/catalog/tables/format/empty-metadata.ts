import { TableErrors } from '../errors.ts'
import { firstPartitionId, type TableMetadata } from './types.ts'

/** Of a table that is being made, to which nothing was added yet. */
export function emptyMetadata(
  version: 1 | 2 | 3,
  { uuid, nowMs }: { readonly uuid: string; readonly nowMs: number },
): TableMetadata {
  return {
    'format-version': version,
    'table-uuid': uuid,
    location: '',
    'last-sequence-number': 0,
    'last-updated-ms': nowMs,
    'last-column-id': 0,
    schemas: [],
    'current-schema-id': -1,
    'partition-specs': [],
    'default-spec-id': -1,
    'last-partition-id': firstPartitionId - 1,
    'sort-orders': [],
    'default-sort-order-id': -1,
    properties: {},
    'current-snapshot-id': undefined,
    snapshots: [],
    refs: {},
    'snapshot-log': [],
    'metadata-log': [],
    statistics: [],
    'partition-statistics': [],
    'next-row-id': version === 3 ? 0 : undefined,
  }
}

export function checkedVersion(version: number): 1 | 2 | 3 {
  if (version === 1 || version === 2 || version === 3) return version
  throw TableErrors.InvalidMetadata(
    `Cannot upgrade table to unsupported format version: v${version} (supported: v3)`,
  )
}
