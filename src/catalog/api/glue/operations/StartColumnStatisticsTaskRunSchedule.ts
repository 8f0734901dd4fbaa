import {
  StartColumnStatisticsTaskRunSchedule$,
  type StartColumnStatisticsTaskRunScheduleRequest,
  type StartColumnStatisticsTaskRunScheduleResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_StartColumnStatisticsTaskRunSchedule.html
 */
export const StartColumnStatisticsTaskRunSchedule = operation<
  StartColumnStatisticsTaskRunScheduleRequest,
  StartColumnStatisticsTaskRunScheduleResponse
>(StartColumnStatisticsTaskRunSchedule$, async (input, ctx) => {
  await ctx.statisticsSettings.startSchedule(tableRef(input, ctx))
  return {}
})
