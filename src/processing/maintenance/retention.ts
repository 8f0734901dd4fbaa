import type { Snapshot, TableMetadata } from '#catalog/tables'

/** Which snapshots a table keeps; what the table's own properties and branches say goes before. */
export interface Retention {
  readonly snapshotAgeMsMax?: number
  readonly snapshotsMin?: number
  /** Instead of properties and branches: what a statement asks for. */
  readonly isExact?: boolean
}

export interface Expiry {
  readonly snapshotIds: readonly bigint[]
  /** Branches and tags that are past their time. */
  readonly refs: readonly string[]
}

const dayMs = 86_400_000
/** https://iceberg.apache.org/docs/latest/configuration/#table-behavior-properties */
const ageMsDefault = 5 * dayMs
const countDefault = 1

/**
 * The snapshots that no branch and no tag needs any more. https://iceberg.apache.org/spec/#snapshot-retention-policy
 * The current snapshot of each branch always stays.
 */
export function expiryOf(
  metadata: TableMetadata,
  nowMs: number,
  retention: Retention = {},
): Expiry {
  const { properties, refs, snapshots } = metadata
  const property = (name: string) => positive(properties[name])
  const own = (given: number | undefined, name: string) =>
    retention.isExact ? (given ?? property(name)) : (property(name) ?? given)
  const ageMax =
    own(retention.snapshotAgeMsMax, 'history.expire.max-snapshot-age-ms') ?? ageMsDefault
  const countMin =
    own(retention.snapshotsMin, 'history.expire.min-snapshots-to-keep') ?? countDefault
  const refAgeMax = property('history.expire.max-ref-age-ms') ?? Number.POSITIVE_INFINITY
  const byId = new Map(snapshots.map((snapshot) => [snapshot['snapshot-id'], snapshot]))
  const kept = new Set<bigint>()
  const reachable = new Set<bigint>()
  const expiredRefs: string[] = []
  for (const [name, ref] of Object.entries(refs)) {
    const head = byId.get(ref['snapshot-id'])
    if (!head) continue
    if (name !== 'main' && nowMs - head['timestamp-ms'] > (ref['max-ref-age-ms'] ?? refAgeMax)) {
      expiredRefs.push(name)
      continue
    }
    kept.add(head['snapshot-id'])
    reachable.add(head['snapshot-id'])
    if (ref.type === 'tag') continue
    const age = retention.isExact ? ageMax : (ref['max-snapshot-age-ms'] ?? ageMax)
    const count = retention.isExact ? countMin : (ref['min-snapshots-to-keep'] ?? countMin)
    let isKept = true
    for (const [at, snapshot] of ancestors(head, byId).entries()) {
      reachable.add(snapshot['snapshot-id'])
      isKept &&= at < count || nowMs - snapshot['timestamp-ms'] <= age
      if (isKept) kept.add(snapshot['snapshot-id'])
    }
  }
  const snapshotIds = snapshots
    .filter((snapshot) => {
      const id = snapshot['snapshot-id']
      if (kept.has(id)) return false
      // One that no branch leads to may be somebody's work in progress: it has its time too.
      return reachable.has(id) || nowMs - snapshot['timestamp-ms'] > ageMax
    })
    .map((snapshot) => snapshot['snapshot-id'])
  return { snapshotIds, refs: expiredRefs }
}

/** The snapshot and those before it, the newest first. */
function ancestors(head: Snapshot, byId: ReadonlyMap<bigint, Snapshot>): readonly Snapshot[] {
  const chain: Snapshot[] = []
  const seen = new Set<bigint>()
  let at: Snapshot | undefined = head
  while (at && !seen.has(at['snapshot-id'])) {
    seen.add(at['snapshot-id'])
    chain.push(at)
    const parent: bigint | undefined = at['parent-snapshot-id']
    at = parent === undefined ? undefined : byId.get(parent)
  }
  return chain
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text)
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : undefined
}
