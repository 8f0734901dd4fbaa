import { TableErrors } from '../errors.ts'
import type { Snapshot, TableMetadata, TextMap } from './types.ts'

const skewMsMax = 60_000
const metadataLogMaxDefault = 100

/** What one commit did to the snapshots of a table. */
export interface SnapshotChanges {
  readonly added: ReadonlySet<bigint>
  readonly setToMain: ReadonlySet<bigint>
  readonly hasRemoved: boolean
}

/** Readers refuse a log whose times run backwards by more than a minute. */
export function checkSnapshotTime(
  timestampMs: number,
  state: Pick<TableMetadata, 'snapshot-log'>,
  base: TableMetadata | undefined,
): void {
  const last = state['snapshot-log'].at(-1)?.['timestamp-ms']
  const before = base?.['last-updated-ms']
  for (const time of [last, before]) {
    if (time !== undefined && timestampMs < time - skewMsMax) {
      throw TableErrors.InvalidMetadata(
        `Invalid snapshot timestamp ${timestampMs}: before last updated timestamp ${time}`,
      )
    }
  }
}

/** The table's next row id behind a snapshot: https://iceberg.apache.org/spec/#row-lineage */
export function nextRowId(snapshot: Snapshot, next: number): number {
  const first = snapshot['first-row-id']
  const added = snapshot['added-rows']
  if (first === undefined)
    throw TableErrors.InvalidMetadata('Cannot add a snapshot: first-row-id is null')
  if (added === undefined || added < 0)
    throw TableErrors.InvalidMetadata('Cannot add a snapshot: added-rows is null')
  if (first < next) {
    throw TableErrors.CommitFailed(
      `Cannot add a snapshot, first-row-id is behind table next-row-id: ${first} < ${next}`,
    )
  }
  return Math.max(next + added, first + added)
}

/** The base's, with the file in which it lies. */
export function metadataLogOf(
  base: TableMetadata,
  previousFile: string | undefined,
  properties: TextMap,
): TableMetadata['metadata-log'] {
  if (previousFile === undefined) return base['metadata-log']
  const configured = Number(properties['write.metadata.previous-versions-max'])
  const countMax = Number.isInteger(configured) ? Math.max(1, configured) : metadataLogMaxDefault
  const entry = { 'metadata-file': previousFile, 'timestamp-ms': base['last-updated-ms'] }
  return [...base['metadata-log'], entry].slice(-countMax)
}

/**
 * Snapshots of this commit that another of it replaced at once were never current. When snapshots went, the history
 * before a gap goes too: it would say that a snapshot was current when another was.
 */
export function snapshotLogOf(
  state: Pick<TableMetadata, 'current-snapshot-id' | 'snapshots' | 'snapshot-log'>,
  { added, setToMain, hasRemoved }: SnapshotChanges,
): TableMetadata['snapshot-log'] {
  const current = state['current-snapshot-id']
  const intermediate = new Set([...setToMain].filter((id) => added.has(id) && id !== current))
  if (intermediate.size === 0 && !hasRemoved) return state['snapshot-log']
  const known = new Set(state.snapshots.map((snapshot) => snapshot['snapshot-id']))
  let log: TableMetadata['snapshot-log'][number][] = []
  for (const entry of state['snapshot-log']) {
    if (known.has(entry['snapshot-id'])) {
      if (!intermediate.has(entry['snapshot-id'])) log.push(entry)
    } else if (hasRemoved) log = []
  }
  if (state['snapshot-log'].length === 0) return log
  if (current !== undefined && log.at(-1)?.['snapshot-id'] !== current) {
    throw TableErrors.InvalidMetadata(
      'Cannot set invalid snapshot log: latest entry is not the current snapshot',
    )
  }
  return log
}
