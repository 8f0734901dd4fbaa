import {
  GetTableOptimizer$,
  type GetTableOptimizerRequest,
  type GetTableOptimizerResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { optimizerType, toOptimizer } from '../shapes/optimizer.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetTableOptimizer.html
 */
export const GetTableOptimizer = operation<GetTableOptimizerRequest, GetTableOptimizerResponse>(
  GetTableOptimizer$,
  async (input, ctx) => {
    const found = await ctx.optimizers.get(tableRef(input, ctx), optimizerType(input.Type))
    return {
      CatalogId: ctx.accountId,
      DatabaseName: input.DatabaseName,
      TableName: input.TableName,
      TableOptimizer: toOptimizer(found),
    }
  },
)
