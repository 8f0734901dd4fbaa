import {
  UpdateColumnStatisticsTaskSettings$,
  type UpdateColumnStatisticsTaskSettingsRequest,
  type UpdateColumnStatisticsTaskSettingsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { checkCrawlerRole } from '../crawler-role.ts'
import { tableRef } from '../refs.ts'
import { fromStatisticsSettings } from '../shapes/statistics-settings.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateColumnStatisticsTaskSettings.html
 */
export const UpdateColumnStatisticsTaskSettings = operation<
  UpdateColumnStatisticsTaskSettingsRequest,
  UpdateColumnStatisticsTaskSettingsResponse
>(UpdateColumnStatisticsTaskSettings$, async (input, ctx) => {
  const table = tableRef({ ...input, CatalogId: input.CatalogID }, ctx)
  await checkCrawlerRole(ctx, input.Role)
  await ctx.statisticsSettings.update(table, fromStatisticsSettings(input))
  return {}
})
