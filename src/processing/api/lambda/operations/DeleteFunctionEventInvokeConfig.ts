import {
  DeleteFunctionEventInvokeConfig$,
  type DeleteFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { functionOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html */
export const DeleteFunctionEventInvokeConfig = operation<
  DeleteFunctionEventInvokeConfigRequest,
  void
>(DeleteFunctionEventInvokeConfig$, async (input, ctx) => {
  const { ref, qualifier } = functionOf(ctx, input)
  await ctx.functions.eventConfigs.remove(ref, qualifier)
})
