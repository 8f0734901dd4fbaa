import {
  GetColumnStatisticsTaskRuns$,
  type GetColumnStatisticsTaskRunsRequest,
  type GetColumnStatisticsTaskRunsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { pageInput, tableRef } from '../refs.ts'
import { toStatisticsRun } from '../shapes/statistics-run.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetColumnStatisticsTaskRuns.html
 */
export const GetColumnStatisticsTaskRuns = operation<
  GetColumnStatisticsTaskRunsRequest,
  GetColumnStatisticsTaskRunsResponse
>(GetColumnStatisticsTaskRuns$, async (input, ctx) => {
  const page = await ctx.statistics.list(tableRef(input, ctx), pageInput(input, 1000))
  return {
    ColumnStatisticsTaskRuns: page.items.map((run) => toStatisticsRun(run, ctx.accountId)),
    NextToken: page.nextToken,
  }
})
