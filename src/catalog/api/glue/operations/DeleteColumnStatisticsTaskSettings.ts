import {
  DeleteColumnStatisticsTaskSettings$,
  type DeleteColumnStatisticsTaskSettingsRequest,
  type DeleteColumnStatisticsTaskSettingsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteColumnStatisticsTaskSettings.html
 */
export const DeleteColumnStatisticsTaskSettings = operation<
  DeleteColumnStatisticsTaskSettingsRequest,
  DeleteColumnStatisticsTaskSettingsResponse
>(DeleteColumnStatisticsTaskSettings$, async (input, ctx) => {
  await ctx.statisticsSettings.delete(tableRef(input, ctx))
  return {}
})
