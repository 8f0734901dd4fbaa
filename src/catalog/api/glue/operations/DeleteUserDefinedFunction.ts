import {
  DeleteUserDefinedFunction$,
  type DeleteUserDefinedFunctionRequest,
  type DeleteUserDefinedFunctionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { databaseRef } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteUserDefinedFunction.html
 */
export const DeleteUserDefinedFunction = operation<
  DeleteUserDefinedFunctionRequest,
  DeleteUserDefinedFunctionResponse
>(DeleteUserDefinedFunction$, async (input, ctx) => {
  await ctx.metastore.deleteFunction(databaseRef(input, ctx), input.FunctionName!)
  return {}
})
