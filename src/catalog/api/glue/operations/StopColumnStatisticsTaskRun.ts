import {
  StopColumnStatisticsTaskRun$,
  type StopColumnStatisticsTaskRunRequest,
  type StopColumnStatisticsTaskRunResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_StopColumnStatisticsTaskRun.html
 */
export const StopColumnStatisticsTaskRun = operation<
  StopColumnStatisticsTaskRunRequest,
  StopColumnStatisticsTaskRunResponse
>(StopColumnStatisticsTaskRun$, async (input, ctx) => {
  await ctx.statistics.stop(tableRef(input, ctx))
  return {}
})
