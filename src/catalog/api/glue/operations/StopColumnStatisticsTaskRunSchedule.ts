import {
  StopColumnStatisticsTaskRunSchedule$,
  type StopColumnStatisticsTaskRunScheduleRequest,
  type StopColumnStatisticsTaskRunScheduleResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_StopColumnStatisticsTaskRunSchedule.html
 */
export const StopColumnStatisticsTaskRunSchedule = operation<
  StopColumnStatisticsTaskRunScheduleRequest,
  StopColumnStatisticsTaskRunScheduleResponse
>(StopColumnStatisticsTaskRunSchedule$, async (input, ctx) => {
  await ctx.statisticsSettings.stopSchedule(tableRef(input, ctx))
  return {}
})
