import {
  BatchGetPartition$,
  type BatchGetPartitionRequest,
  type BatchGetPartitionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { toPartition } from '../shapes/partition.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_BatchGetPartition.html
 * Partitions that are not there are left out, as on AWS.
 */
export const BatchGetPartition = operation<BatchGetPartitionRequest, BatchGetPartitionResponse>(
  BatchGetPartition$,
  async (input, ctx) => {
    const ref = tableRef(input, ctx)
    const wanted = input.PartitionsToGet!.map((one) => one.Values!)
    const partitions = await ctx.metastore.getPartitions(ref, wanted)
    return {
      Partitions: partitions.map((partition) => toPartition(partition, ref)),
      UnprocessedKeys: [],
    }
  },
)
