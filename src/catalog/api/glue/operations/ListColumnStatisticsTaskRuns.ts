import {
  ListColumnStatisticsTaskRuns$,
  type ListColumnStatisticsTaskRunsRequest,
  type ListColumnStatisticsTaskRunsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_ListColumnStatisticsTaskRuns.html
 */
export const ListColumnStatisticsTaskRuns = operation<
  ListColumnStatisticsTaskRunsRequest,
  ListColumnStatisticsTaskRunsResponse
>(ListColumnStatisticsTaskRuns$, async (input, ctx) => {
  const page = await ctx.statistics.list(catalogRef({}, ctx), pageInput(input, 1000))
  return {
    ColumnStatisticsTaskRunIds: page.items.map((run) => run.id),
    NextToken: page.nextToken,
  }
})
