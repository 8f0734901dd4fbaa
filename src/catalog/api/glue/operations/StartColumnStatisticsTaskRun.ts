import {
  StartColumnStatisticsTaskRun$,
  type StartColumnStatisticsTaskRunRequest,
  type StartColumnStatisticsTaskRunResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { checkCrawlerRole } from '../crawler-role.ts'
import { tableRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_StartColumnStatisticsTaskRun.html
 * All rows are read and counted exactly, whatever SampleSize says; columns of times and nested types are passed over.
 */
export const StartColumnStatisticsTaskRun = operation<
  StartColumnStatisticsTaskRunRequest,
  StartColumnStatisticsTaskRunResponse
>(StartColumnStatisticsTaskRun$, async (input, ctx) => {
  const table = tableRef({ ...input, CatalogId: input.CatalogID }, ctx)
  await checkCrawlerRole(ctx, input.Role)
  const id = await ctx.statistics.start({
    table,
    columns: input.ColumnNameList,
    role: input.Role!,
    sampleSize: input.SampleSize,
    securityConfiguration: input.SecurityConfiguration,
  })
  return { ColumnStatisticsTaskRunId: id }
})
