import {
  GetUserDefinedFunction$,
  type GetUserDefinedFunctionRequest,
  type GetUserDefinedFunctionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { databaseRef } from '../refs.ts'
import { toFunction } from '../shapes/function.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetUserDefinedFunction.html
 */
export const GetUserDefinedFunction = operation<
  GetUserDefinedFunctionRequest,
  GetUserDefinedFunctionResponse
>(GetUserDefinedFunction$, async (input, ctx) => {
  const ref = databaseRef(input, ctx)
  const found = await ctx.metastore.getFunction(ref, input.FunctionName!)
  return { UserDefinedFunction: toFunction(found, ref) }
})
