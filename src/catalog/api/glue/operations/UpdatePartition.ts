import {
  UpdatePartition$,
  type UpdatePartitionRequest,
  type UpdatePartitionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { fromPartitionInput } from '../shapes/partition.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdatePartition.html
 */
export const UpdatePartition = operation<UpdatePartitionRequest, UpdatePartitionResponse>(
  UpdatePartition$,
  async (input, ctx) => {
    const values = input.PartitionValueList!
    const partition = fromPartitionInput(input.PartitionInput!, values)
    await ctx.metastore.updatePartition(tableRef(input, ctx), values, partition)
    return {}
  },
)
