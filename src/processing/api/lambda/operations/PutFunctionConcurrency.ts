import {
  PutFunctionConcurrency$,
  type Concurrency,
  type PutFunctionConcurrencyRequest,
} from '@aws-sdk/client-lambda'
import { checkReserved } from '../account.ts'
import { operation } from '../context.ts'
import { wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html */
export const PutFunctionConcurrency = operation<PutFunctionConcurrencyRequest, Concurrency>(
  PutFunctionConcurrency$,
  async (input, ctx) => {
    const ref = wholeFunction(ctx, input)
    const count = input.ReservedConcurrentExecutions!
    await checkReserved(ctx, ref, count)
    await ctx.functions.setReservedConcurrency(ref, count)
    return { ReservedConcurrentExecutions: count }
  },
)
