import {
  ListTableOptimizerRuns$,
  type ListTableOptimizerRunsRequest,
  type ListTableOptimizerRunsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { pageInput, tableRef } from '../refs.ts'
import { optimizerType, toRun } from '../shapes/optimizer.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_ListTableOptimizerRuns.html
 */
export const ListTableOptimizerRuns = operation<
  ListTableOptimizerRunsRequest,
  ListTableOptimizerRunsResponse
>(ListTableOptimizerRuns$, async (input, ctx) => {
  const type = optimizerType(input.Type)
  const ref = tableRef(input, ctx)
  const { items, nextToken } = await ctx.optimizers.listRuns(ref, type, pageInput(input))
  return {
    CatalogId: ctx.accountId,
    DatabaseName: input.DatabaseName,
    TableName: input.TableName,
    TableOptimizerRuns: items.map((run) => toRun(type, run)),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  }
})
