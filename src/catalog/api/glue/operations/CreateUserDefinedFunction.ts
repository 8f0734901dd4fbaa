import {
  CreateUserDefinedFunction$,
  type CreateUserDefinedFunctionRequest,
  type CreateUserDefinedFunctionResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { databaseRef } from '../refs.ts'
import { fromFunctionInput } from '../shapes/function.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateUserDefinedFunction.html
 */
export const CreateUserDefinedFunction = operation<
  CreateUserDefinedFunctionRequest,
  CreateUserDefinedFunctionResponse
>(CreateUserDefinedFunction$, async (input, ctx) => {
  await ctx.metastore.createFunction(
    databaseRef(input, ctx),
    fromFunctionInput(input.FunctionInput!),
  )
  return {}
})
