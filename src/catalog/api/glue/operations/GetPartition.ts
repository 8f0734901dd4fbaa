import {
  GetPartition$,
  type GetPartitionRequest,
  type GetPartitionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { toPartition } from '../shapes/partition.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartition.html
 */
export const GetPartition = operation<GetPartitionRequest, GetPartitionResponse>(
  GetPartition$,
  async (input, ctx) => {
    const ref = tableRef(input, ctx)
    const partition = await ctx.metastore.getPartition(ref, input.PartitionValues!)
    return { Partition: toPartition(partition, ref) }
  },
)
