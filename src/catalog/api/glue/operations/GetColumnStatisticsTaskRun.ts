import {
  GetColumnStatisticsTaskRun$,
  type GetColumnStatisticsTaskRunRequest,
  type GetColumnStatisticsTaskRunResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef } from '../refs.ts'
import { toStatisticsRun } from '../shapes/statistics-run.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetColumnStatisticsTaskRun.html
 */
export const GetColumnStatisticsTaskRun = operation<
  GetColumnStatisticsTaskRunRequest,
  GetColumnStatisticsTaskRunResponse
>(GetColumnStatisticsTaskRun$, async (input, ctx) => {
  const run = await ctx.statistics.get(catalogRef({}, ctx), input.ColumnStatisticsTaskRunId!)
  return { ColumnStatisticsTaskRun: toStatisticsRun(run, ctx.accountId) }
})
