import {
  UpdateColumnStatisticsForPartition$,
  type UpdateColumnStatisticsForPartitionRequest,
  type UpdateColumnStatisticsForPartitionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { fromColumnStatistics } from '../shapes/statistics.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateColumnStatisticsForPartition.html
 */
export const UpdateColumnStatisticsForPartition = operation<
  UpdateColumnStatisticsForPartitionRequest,
  UpdateColumnStatisticsForPartitionResponse
>(UpdateColumnStatisticsForPartition$, async (input, ctx) => {
  const ref = { ...tableRef(input, ctx), partitionValues: input.PartitionValues! }
  const statistics = input.ColumnStatisticsList!.map(fromColumnStatistics)
  await ctx.metastore.putColumnStatistics(ref, statistics)
  return { Errors: [] }
})
