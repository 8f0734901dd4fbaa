import type { Snapshot } from './types.ts'

type Snapshots = readonly Snapshot[]

/**
 * Where a table's snapshots stand, by their ids. A list and those that grew from it share an index, so that a commit need not look at each
 * snapshot of a long history; what it says is checked, for two lists may have grown from one.
 */
const indexes = new WeakMap<Snapshots, Map<bigint, number>>()

export function snapshotById(snapshots: Snapshots, id: bigint): Snapshot | undefined {
  const index = indexOf(snapshots)
  const at = index.get(id)
  if (at === undefined) return undefined
  const found = snapshots[at]
  if (found?.['snapshot-id'] === id) return found
  // In another list of the same origin it stands elsewhere.
  return snapshots.findLast((snapshot) => snapshot['snapshot-id'] === id)
}

/** The list with one more snapshot, whose id it has not. */
export function withSnapshot(snapshots: Snapshots, snapshot: Snapshot): Snapshots {
  const index = indexOf(snapshots)
  const grown = [...snapshots, snapshot]
  index.set(snapshot['snapshot-id'], snapshots.length)
  indexes.set(grown, index)
  return grown
}

function indexOf(snapshots: Snapshots): Map<bigint, number> {
  const known = indexes.get(snapshots)
  if (known) return known
  const index = new Map(snapshots.map((snapshot, at) => [snapshot['snapshot-id'], at]))
  indexes.set(snapshots, index)
  return index
}
