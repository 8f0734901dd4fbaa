import {
  DeleteFunctionConcurrency$,
  type DeleteFunctionConcurrencyRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html */
export const DeleteFunctionConcurrency = operation<DeleteFunctionConcurrencyRequest, void>(
  DeleteFunctionConcurrency$,
  async (input, ctx) => {
    await ctx.functions.setReservedConcurrency(wholeFunction(ctx, input), undefined)
  },
)
