import type { TableRef } from '#catalog/metastore'
import { TableErrors } from '../errors.ts'
import { mainBranch, type Snapshot, type TableMetadata } from '../format/types.ts'
import type { CommitOptions, IcebergTables } from '../iceberg-tables.ts'

/** Where a branch stood, and where it stands. */
export interface Moved {
  readonly branch: string
  readonly previous: bigint | undefined
  readonly current: bigint
}

/** What moves a branch to a snapshot that the table has: no row is written. Names are those of Iceberg's procedures in Spark. */
export type BranchMove =
  /** Back to an ancestor of the current state. */
  | { readonly kind: 'rollback_to_snapshot'; readonly snapshotId: bigint }
  /** Back to the last ancestor that was made before a time. */
  | { readonly kind: 'rollback_to_timestamp'; readonly beforeMs: number }
  /** To any snapshot of the table, by its id or by a branch or tag. */
  | { readonly kind: 'set_current_snapshot'; readonly to: bigint | string }
  /** A branch to the head of another that grew from it. */
  | { readonly kind: 'fast_forward'; readonly branch: string; readonly to: string }

type Parts = Pick<IcebergTables, 'commit'>

/**
 * https://iceberg.apache.org/docs/latest/spark-procedures/#snapshot-management. What others commit meanwhile is judged anew: the move is made
 * on the state that it is committed to. Errors: `InvalidMetadata` for a snapshot that is not there or not where it must be, those of a commit.
 */
export async function moveBranch(
  tables: Parts,
  ref: TableRef,
  move: BranchMove,
  by: string,
  options: CommitOptions = {},
): Promise<Moved> {
  let moved: Moved | undefined
  const updates = (metadata: TableMetadata) => {
    const branch = move.kind === 'fast_forward' ? move.branch : mainBranch
    const previous = headOf(metadata, branch)
    const current = targetOf(metadata, move)
    moved = { branch, previous, current }
    if (previous === current) return []
    const { type = 'branch', ...kept } = metadata.refs[branch] ?? {}
    if (type !== 'branch') throw TableErrors.InvalidMetadata(`${branch} is a tag, not a branch`)
    const to = { ...kept, type, 'snapshot-id': current }
    return [{ action: 'set-snapshot-ref', 'ref-name': branch, ...to }]
  }
  await tables.commit({ ref, requirements: [], updates }, by, options)
  return moved!
}

/** Whether the first is the second or comes before it. */
export function isAncestor(metadata: TableMetadata, earlier: bigint, later: bigint): boolean {
  return ancestorsOf(metadata, later).some((snapshot) => snapshot['snapshot-id'] === earlier)
}

export function headOf(metadata: TableMetadata, branch: string): bigint | undefined {
  return Object.hasOwn(metadata.refs, branch) ? metadata.refs[branch]!['snapshot-id'] : undefined
}

/** The snapshot and those before it, the newest first. */
export function ancestorsOf(metadata: TableMetadata, id: bigint | undefined): readonly Snapshot[] {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot['snapshot-id'], snapshot]))
  const found: Snapshot[] = []
  let at = id === undefined ? undefined : byId.get(id)
  while (at && found.length <= metadata.snapshots.length) {
    found.push(at)
    const parent = at['parent-snapshot-id']
    at = parent === undefined ? undefined : byId.get(parent)
  }
  return found
}

export function snapshotOf(metadata: TableMetadata, id: bigint): Snapshot {
  const found = metadata.snapshots.find((snapshot) => snapshot['snapshot-id'] === id)
  if (found) return found
  throw TableErrors.InvalidMetadata(`Cannot find snapshot with ID ${id}`)
}

function targetOf(metadata: TableMetadata, move: BranchMove): bigint {
  const history = () => ancestorsOf(metadata, headOf(metadata, mainBranch))
  switch (move.kind) {
    case 'rollback_to_snapshot': {
      const { 'snapshot-id': id } = snapshotOf(metadata, move.snapshotId)
      if (history().some((snapshot) => snapshot['snapshot-id'] === id)) return id
      throw TableErrors.InvalidMetadata(
        `Cannot roll back to snapshot ${id}: it is not an ancestor of the current state`,
      )
    }
    case 'rollback_to_timestamp': {
      const found = history().find((snapshot) => snapshot['timestamp-ms'] < move.beforeMs)
      if (found) return found['snapshot-id']
      throw TableErrors.InvalidMetadata(
        `Cannot roll back: the current state has no ancestor older than ${new Date(move.beforeMs).toISOString()}`,
      )
    }
    case 'set_current_snapshot':
      return typeof move.to === 'bigint'
        ? snapshotOf(metadata, move.to)['snapshot-id']
        : required(metadata, move.to)
    case 'fast_forward': {
      const to = required(metadata, move.to)
      const from = headOf(metadata, move.branch)
      if (from === undefined || isAncestor(metadata, from, to)) return to
      throw TableErrors.InvalidMetadata(
        `Cannot fast-forward: ${move.branch} is not an ancestor of ${move.to}`,
      )
    }
  }
}

function required(metadata: TableMetadata, name: string): bigint {
  const id = headOf(metadata, name)
  if (id !== undefined) return id
  throw TableErrors.InvalidMetadata(`Cannot find branch or tag ${name}`)
}
