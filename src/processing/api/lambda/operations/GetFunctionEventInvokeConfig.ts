import {
  GetFunctionEventInvokeConfig$,
  type FunctionEventInvokeConfig,
  type GetFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toEventInvokeConfig } from '../event-config.ts'
import { functionOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html */
export const GetFunctionEventInvokeConfig = operation<
  GetFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
>(GetFunctionEventInvokeConfig$, async (input, ctx) => {
  const { ref, qualifier } = functionOf(ctx, input)
  return toEventInvokeConfig(ref, await ctx.functions.eventConfigs.get(ref, qualifier))
})
