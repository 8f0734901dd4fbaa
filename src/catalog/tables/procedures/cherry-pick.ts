import type { TableRef } from '#catalog/metastore'
import { TableErrors } from '../errors.ts'
import { mainBranch, type Snapshot, type TableMetadata } from '../format/types.ts'
import type { CommitOptions, IcebergTables } from '../iceberg-tables.ts'
import type { ManifestSource } from '../scan/plan.ts'
import { planAppends } from '../scan/plan.ts'
import { asNewFile } from '../snapshots/as-new-file.ts'
import { ancestorsOf, headOf, moveBranch, snapshotOf, type Moved } from './move-branch.ts'

/** Members of summaries: https://iceberg.apache.org/spec/#optional-snapshot-summary-fields */
const sourceMember = 'source-snapshot-id'
const wapMember = 'wap.id'
const publishedMember = 'published-wap-id'

/**
 * Takes what another snapshot appended into the current state. One that grew from the current snapshot becomes the current one; else its files
 * are appended by a new snapshot. Snapshots of other operations can only become current.
 * https://iceberg.apache.org/docs/latest/spark-procedures/#cherrypick_snapshot
 * Errors: `InvalidMetadata` for one that is not there, that was taken before, or that does not append; those of a commit.
 */
export async function cherryPick(
  parts: { readonly tables: IcebergTables; readonly source: ManifestSource },
  ref: TableRef,
  snapshotId: bigint,
  by: string,
  options: CommitOptions = {},
): Promise<Moved> {
  const { tables, source } = parts
  const { metadata } = await tables.load(ref)
  const picked = snapshotOf(metadata, snapshotId)
  const previous = headOf(metadata, mainBranch)
  refuseKnown(metadata, picked, previous)
  if (picked['parent-snapshot-id'] === previous) {
    // Judged again where it is committed: the branch may have moved.
    const branch = { kind: 'fast_forward', branch: mainBranch, to: picked } as const
    return forwardTo(tables, ref, branch.to, by, options)
  }
  if (picked.summary?.['operation'] !== 'append') {
    throw TableErrors.InvalidMetadata(
      `Cannot cherry-pick snapshot ${snapshotId}: it does not append, and did not grow from the current state`,
    )
  }
  const { files } = await planAppends({ metadata, snapshots: [picked], source })
  const wap = picked.summary[wapMember]
  const committed = await tables.commit(
    {
      ref,
      requirements: [],
      // What others have taken meanwhile is seen on the state that this is committed to.
      updates: (state) => {
        refuseKnown(state, picked, headOf(state, mainBranch))
        return []
      },
      snapshot: {
        change: { kind: 'append', added: files.map(({ file }) => asNewFile(metadata, file)) },
        summary: {
          [sourceMember]: String(snapshotId),
          ...(wap === undefined ? {} : { [publishedMember]: wap }),
        },
      },
    },
    by,
    options,
  )
  return { branch: mainBranch, previous, current: committed.snapshot!['snapshot-id'] }
}

async function forwardTo(
  tables: IcebergTables,
  ref: TableRef,
  picked: Snapshot,
  by: string,
  options: CommitOptions,
): Promise<Moved> {
  const to = picked['snapshot-id']
  return moveBranch(
    {
      commit: (change, committedBy, commitOptions) =>
        tables.commit(
          {
            ...change,
            requirements: [
              {
                type: 'assert-ref-snapshot-id',
                ref: mainBranch,
                'snapshot-id': picked['parent-snapshot-id'] ?? null,
              },
            ],
          },
          committedBy,
          commitOptions,
        ),
    },
    ref,
    { kind: 'set_current_snapshot', to },
    by,
    options,
  )
}

function refuseKnown(metadata: TableMetadata, picked: Snapshot, head: bigint | undefined): void {
  const id = picked['snapshot-id']
  const wap = picked.summary?.[wapMember]
  for (const { 'snapshot-id': ancestor, summary } of ancestorsOf(metadata, head)) {
    if (ancestor === id) {
      throw TableErrors.InvalidMetadata(
        `Cannot cherry-pick snapshot ${id}: it is an ancestor of the current state`,
      )
    }
    const isTaken =
      summary?.[sourceMember] === String(id) ||
      (wap !== undefined && (summary?.[publishedMember] === wap || summary?.[wapMember] === wap))
    if (isTaken) {
      throw TableErrors.InvalidMetadata(
        `Cannot cherry-pick snapshot ${id}: snapshot ${ancestor} has it already`,
      )
    }
  }
}
