import {
  CreateColumnStatisticsTaskSettings$,
  type CreateColumnStatisticsTaskSettingsRequest,
  type CreateColumnStatisticsTaskSettingsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { checkCrawlerRole } from '../crawler-role.ts'
import { tableRef } from '../refs.ts'
import { fromStatisticsSettings, refuseTags } from '../shapes/statistics-settings.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateColumnStatisticsTaskSettings.html
 * The schedule starts runs as StartColumnStatisticsTaskRun does: all rows are read, whatever SampleSize says.
 */
export const CreateColumnStatisticsTaskSettings = operation<
  CreateColumnStatisticsTaskSettingsRequest,
  CreateColumnStatisticsTaskSettingsResponse
>(CreateColumnStatisticsTaskSettings$, async (input, ctx) => {
  const table = tableRef({ ...input, CatalogId: input.CatalogID }, ctx)
  refuseTags(input.Tags)
  await checkCrawlerRole(ctx, input.Role)
  await ctx.statisticsSettings.create({
    ...fromStatisticsSettings(input),
    role: input.Role!,
    table,
  })
  return {}
})
