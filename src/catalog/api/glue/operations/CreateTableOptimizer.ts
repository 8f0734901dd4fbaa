import {
  CreateTableOptimizer$,
  type CreateTableOptimizerRequest,
  type CreateTableOptimizerResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { checkCrawlerRole } from '../crawler-role.ts'
import { tableRef } from '../refs.ts'
import { fromConfiguration, optimizerType } from '../shapes/optimizer.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateTableOptimizer.html
 * Tables are looked after without an optimizer too: it says how, or that they are not.
 */
export const CreateTableOptimizer = operation<
  CreateTableOptimizerRequest,
  CreateTableOptimizerResponse
>(CreateTableOptimizer$, async (input, ctx) => {
  const type = optimizerType(input.Type)
  const configuration = fromConfiguration(input.TableOptimizerConfiguration)
  await checkCrawlerRole(ctx, configuration.roleArn)
  await ctx.optimizers.create(tableRef(input, ctx), type, configuration)
  return {}
})
