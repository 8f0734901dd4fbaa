import {
  DeleteTableOptimizer$,
  type DeleteTableOptimizerRequest,
  type DeleteTableOptimizerResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { tableRef } from '../refs.ts'
import { optimizerType } from '../shapes/optimizer.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteTableOptimizer.html
 */
export const DeleteTableOptimizer = operation<
  DeleteTableOptimizerRequest,
  DeleteTableOptimizerResponse
>(DeleteTableOptimizer$, async (input, ctx) => {
  await ctx.optimizers.delete(tableRef(input, ctx), optimizerType(input.Type))
  return {}
})
