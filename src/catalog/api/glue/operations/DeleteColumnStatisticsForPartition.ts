import {
  DeleteColumnStatisticsForPartition$,
  type DeleteColumnStatisticsForPartitionRequest,
  type DeleteColumnStatisticsForPartitionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteColumnStatisticsForPartition.html
 */
export const DeleteColumnStatisticsForPartition = operation<
  DeleteColumnStatisticsForPartitionRequest,
  DeleteColumnStatisticsForPartitionResponse
>(DeleteColumnStatisticsForPartition$, async (input, ctx) => {
  const ref = { ...tableRef(input, ctx), partitionValues: input.PartitionValues! }
  await ctx.metastore.deleteColumnStatistics(ref, input.ColumnName!)
  return {}
})
