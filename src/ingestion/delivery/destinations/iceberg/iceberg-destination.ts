import {
  dataFolder,
  parseLocation,
  type IcebergTables,
  type NewFile,
  type TableChange,
} from '#catalog/tables'
import type { Database } from '#platform/database'
import type { QueryEngine } from '#processing/engine'
import type { WrittenFile } from '#processing/iceberg'
import type { Objects, StagedBlob } from '#storage/objects'
import { checkTable, permitObjects, type PermissionParts } from '../../access/permissions.ts'
import { batchUuid } from '../../batch.ts'
import { deliveryArn, type IcebergTarget } from '../../records.ts'
import type { Destination, StageInput } from '../destination.ts'
import { tableRows, type TableRows } from './table-rows.ts'

export interface IcebergDestinationParts extends PermissionParts {
  readonly database: Database
  readonly objects: Objects
  readonly tables: IcebergTables
  readonly engine: QueryEngine
}

/**
 * Tables of the catalog. Files are staged first; then one transaction gives them their names, swaps the pointers of all tables of the batch
 * and moves the checkpoints.
 */
export function icebergDestination(
  parts: IcebergDestinationParts,
  target: IcebergTarget,
): Destination {
  return {
    stage: async (input) => {
      const staged: StagedBlob[] = []
      const discard = async () => {
        await Promise.all(staged.map((blob) => parts.objects.discard(blob)))
      }
      try {
        const changes: TableChange[] = []
        for await (const rows of tableRows(parts, { ...input, target })) {
          await checkTable(parts, input.batch.stream, target, rows.ref)
          changes.push(
            await changeOf({ parts, target, input, staged, number: changes.length }, rows),
          )
        }
        return {
          commit: async (checkpoints) => {
            if (changes.length === 0) return parts.database.transaction(checkpoints)
            const by = deliveryArn(input.batch.stream)
            await parts.tables.commitAll(changes, by, { onCommit: (tx) => checkpoints(tx) })
          },
          discard,
        }
      } catch (error) {
        await discard()
        throw error
      }
    },
  }
}

/** Files that are staged at once: a table may have thousands of partitions. */
const stagesMax = 16

interface Staging {
  readonly parts: IcebergDestinationParts
  readonly target: IcebergTarget
  readonly input: StageInput
  /** Takes what was staged. */
  readonly staged: StagedBlob[]
  /** Of the table in the batch. */
  readonly number: number
}

async function changeOf(staging: Staging, rows: TableRows): Promise<TableChange> {
  const { ref, metadata, equalityIds } = rows
  const added = await stageFiles(staging, rows, 'data')
  const deletes = (await stageFiles(staging, rows, 'deletes')).map((file): NewFile => ({
    ...file,
    content: 'equality-deletes',
    equalityIds,
  }))
  const current = metadata['current-snapshot-id']
  return {
    ref,
    requirements: [],
    updates: [],
    snapshot: {
      change:
        deletes.length > 0 ? { kind: 'row-delta', added, deletes } : { kind: 'append', added },
      baseSnapshotId: current === undefined || current === null ? undefined : BigInt(current),
      isolation: 'snapshot',
    },
  }
}

async function stageFiles(
  { parts, target, input, staged, number }: Staging,
  rows: TableRows,
  kind: 'data' | 'deletes',
): Promise<readonly NewFile[]> {
  const { stream } = input.batch
  const { accountId } = stream
  const { bucket } = parseLocation(dataFolder(rows.metadata))
  const permit = permitObjects(parts, stream, { bucket, roleArn: target.roleArn })
  const name = `${batchUuid(input.batch)}-${number}-${kind}`
  const files: readonly WrittenFile[] = rows[kind]
  const made: NewFile[] = []
  const stage = async ({ path, file }: WrittenFile, index: number) => {
    const location = `${dataFolder(rows.metadata)}/${name}-${index}.parquet`
    const to = { accountId, ...parseLocation(location) }
    await permit(to.key)
    const blob = await parts.objects.stageFile(path, to)
    staged.push(blob)
    made[index] = { ...file, location, blob }
  }
  let next = 0
  const work = async () => {
    for (let index = next++; index < files.length; index = next++) await stage(files[index]!, index)
  }
  const workers = Array.from({ length: Math.min(stagesMax, files.length) }, work)
  const ended = await Promise.allSettled(workers)
  // Only when all have ended is it known what was staged.
  for (const each of ended) if (each.status === 'rejected') throw each.reason
  return made
}
