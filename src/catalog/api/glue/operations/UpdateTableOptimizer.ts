import {
  UpdateTableOptimizer$,
  type UpdateTableOptimizerRequest,
  type UpdateTableOptimizerResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { checkCrawlerRole } from '../crawler-role.ts'
import { tableRef } from '../refs.ts'
import { fromConfiguration, optimizerType } from '../shapes/optimizer.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTableOptimizer.html
 */
export const UpdateTableOptimizer = operation<
  UpdateTableOptimizerRequest,
  UpdateTableOptimizerResponse
>(UpdateTableOptimizer$, async (input, ctx) => {
  const type = optimizerType(input.Type)
  const configuration = fromConfiguration(input.TableOptimizerConfiguration)
  await checkCrawlerRole(ctx, configuration.roleArn)
  await ctx.optimizers.update(tableRef(input, ctx), type, configuration)
  return {}
})
