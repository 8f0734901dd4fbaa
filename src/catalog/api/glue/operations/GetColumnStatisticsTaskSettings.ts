import {
  GetColumnStatisticsTaskSettings$,
  type GetColumnStatisticsTaskSettingsRequest,
  type GetColumnStatisticsTaskSettingsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { toStatisticsSettings } from '../shapes/statistics-settings.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetColumnStatisticsTaskSettings.html
 */
export const GetColumnStatisticsTaskSettings = operation<
  GetColumnStatisticsTaskSettingsRequest,
  GetColumnStatisticsTaskSettingsResponse
>(GetColumnStatisticsTaskSettings$, async (input, ctx) => {
  const settings = await ctx.statisticsSettings.get(tableRef(input, ctx))
  return { ColumnStatisticsTaskSettings: toStatisticsSettings(settings, ctx.accountId) }
})
