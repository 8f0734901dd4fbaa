import {
  GetFunctionConcurrency$,
  type GetFunctionConcurrencyRequest,
  type GetFunctionConcurrencyResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html */
export const GetFunctionConcurrency = operation<
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse
>(GetFunctionConcurrency$, async (input, ctx) => {
  const { entry } = await ctx.functions.get(wholeFunction(ctx, input))
  return { ReservedConcurrentExecutions: entry.reservedConcurrency }
})
