import {
  DeleteFunction$,
  type DeleteFunctionRequest,
  type DeleteFunctionResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { functionOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html */
export const DeleteFunction = operation<DeleteFunctionRequest, DeleteFunctionResponse>(
  DeleteFunction$,
  async (input, ctx) => {
    const { ref, qualifier } = functionOf(ctx, input)
    await ctx.functions.remove(ref, qualifier)
    return { StatusCode: 204 }
  },
)
