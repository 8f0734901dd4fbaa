import type { Metastore, PartitionInput, TableRecord } from '#catalog/metastore'
import type { Database, Transaction } from '#platform/database'
import type { QueryEngine } from '#processing/engine'
import type { Objects, StagedBlob } from '#storage/objects'
import { permitObjects, type PermissionParts } from '../../access/permissions.ts'
import type { S3Target } from '../../records.ts'
import type { Destination, StageInput, Staged } from '../destination.ts'
import { encode } from './encode.ts'
import { addsPartitions, partitionOf } from './partitions.ts'
import { stageObjects } from './stage-objects.ts'

export interface S3DestinationParts extends PermissionParts {
  readonly database: Database
  readonly objects: Objects
  readonly metastore: Metastore
  readonly engine: QueryEngine
}

/** Objects in a bucket, as they came or converted, and the partitions that they begin. */
export function s3Destination(parts: S3DestinationParts, target: S3Target): Destination {
  return {
    stage: async (input) => {
      const { accountId } = input.batch.stream
      // Before the work, because a bucket that is not there is the usual trouble.
      await parts.objects.list({ accountId, bucket: target.bucket, prefix: '', limit: 1 })
      const { objects, table } = await encode(parts, { ...input, target })
      const staged = await stageObjects(
        parts.objects,
        { accountId, ...target },
        permitObjects(parts, input.batch.stream, target),
        objects,
      )
      const partitions = table ? partitionsOf(table, target, staged) : []
      return {
        commit: (checkpoints) =>
          parts.database.transaction(async (tx) => {
            await checkpoints(tx)
            for (const object of staged) await parts.objects.publish(tx, object)
            if (table && partitions.length > 0) {
              await addPartitions(parts.metastore, tx, input, target, table, partitions)
            }
          }),
        discard: async () => {
          await Promise.all(staged.map(({ blob }) => parts.objects.discard(blob)))
        },
      } satisfies Staged
    },
  }
}

function partitionsOf(
  table: TableRecord,
  target: S3Target,
  staged: readonly { readonly key: string; readonly blob: StagedBlob }[],
): readonly PartitionInput[] {
  if (!addsPartitions(table)) return []
  const found = new Map<string, PartitionInput>()
  for (const { key } of staged) {
    const partition = partitionOf(table, target.bucket, key)
    if (partition) found.set(JSON.stringify(partition.values), partition)
  }
  return [...found.values()]
}

async function addPartitions(
  metastore: Metastore,
  tx: Transaction,
  { batch }: StageInput,
  target: S3Target,
  table: TableRecord,
  partitions: readonly PartitionInput[],
): Promise<void> {
  const ref = {
    accountId: batch.stream.accountId,
    region: target.conversion!.region,
    database: table.database,
    table: table.name,
  }
  await metastore.addPartitions(ref, partitions, tx)
}
