import {
  UpdateUserDefinedFunction$,
  type UpdateUserDefinedFunctionRequest,
  type UpdateUserDefinedFunctionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { databaseRef } from '../refs.ts'
import { fromFunctionInput } from '../shapes/function.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateUserDefinedFunction.html
 */
export const UpdateUserDefinedFunction = operation<
  UpdateUserDefinedFunctionRequest,
  UpdateUserDefinedFunctionResponse
>(UpdateUserDefinedFunction$, async (input, ctx) => {
  const name = input.FunctionName!
  const changed = fromFunctionInput(input.FunctionInput!, name)
  await ctx.metastore.updateFunction(databaseRef(input, ctx), name, changed)
  return {}
})
