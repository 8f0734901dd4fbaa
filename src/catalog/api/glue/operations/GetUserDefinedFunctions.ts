import {
  GetUserDefinedFunctions$,
  type GetUserDefinedFunctionsRequest,
  type GetUserDefinedFunctionsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'
import { toFunction } from '../shapes/function.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetUserDefinedFunctions.html
 */
export const GetUserDefinedFunctions = operation<
  GetUserDefinedFunctionsRequest,
  GetUserDefinedFunctionsResponse
>(GetUserDefinedFunctions$, async (input, ctx) => {
  const ref = { ...catalogRef(input, ctx), database: input.DatabaseName }
  const page = await ctx.metastore.listFunctions(ref, {
    ...pageInput(input),
    pattern: input.Pattern,
  })
  return {
    UserDefinedFunctions: page.items.map((one) => toFunction(one, ref)),
    NextToken: page.nextToken,
  }
})
