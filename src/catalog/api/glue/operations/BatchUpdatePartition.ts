import {
  BatchUpdatePartition$,
  type BatchUpdatePartitionRequest,
  type BatchUpdatePartitionResponse,
  type BatchUpdatePartitionFailureEntry,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { errorDetail } from '../errors.ts'
import { tableRef } from '../refs.ts'
import { fromPartitionInput } from '../shapes/partition.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_BatchUpdatePartition.html
 */
export const BatchUpdatePartition = operation<
  BatchUpdatePartitionRequest,
  BatchUpdatePartitionResponse
>(BatchUpdatePartition$, async (input, ctx) => {
  const ref = tableRef(input, ctx)
  await ctx.metastore.getTable(ref)
  const Errors: BatchUpdatePartitionFailureEntry[] = []
  for (const entry of input.Entries!) {
    const values = entry.PartitionValueList!
    try {
      const partition = fromPartitionInput(entry.PartitionInput!, values)
      await ctx.metastore.updatePartition(ref, values, partition)
    } catch (error) {
      Errors.push({ PartitionValueList: values, ErrorDetail: errorDetail(error) })
    }
  }
  return { Errors }
})
