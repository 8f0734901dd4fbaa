import {
  DeleteColumnStatisticsForTable$,
  type DeleteColumnStatisticsForTableRequest,
  type DeleteColumnStatisticsForTableResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteColumnStatisticsForTable.html
 */
export const DeleteColumnStatisticsForTable = operation<
  DeleteColumnStatisticsForTableRequest,
  DeleteColumnStatisticsForTableResponse
>(DeleteColumnStatisticsForTable$, async (input, ctx) => {
  const ref = tableRef(input, ctx)
  await ctx.metastore.deleteColumnStatistics(ref, input.ColumnName!)
  return {}
})
