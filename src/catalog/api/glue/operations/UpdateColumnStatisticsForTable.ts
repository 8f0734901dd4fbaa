import {
  UpdateColumnStatisticsForTable$,
  type UpdateColumnStatisticsForTableRequest,
  type UpdateColumnStatisticsForTableResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { fromColumnStatistics } from '../shapes/statistics.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateColumnStatisticsForTable.html
 */
export const UpdateColumnStatisticsForTable = operation<
  UpdateColumnStatisticsForTableRequest,
  UpdateColumnStatisticsForTableResponse
>(UpdateColumnStatisticsForTable$, async (input, ctx) => {
  const ref = tableRef(input, ctx)
  const statistics = input.ColumnStatisticsList!.map(fromColumnStatistics)
  await ctx.metastore.putColumnStatistics(ref, statistics)
  return { Errors: [] }
})
