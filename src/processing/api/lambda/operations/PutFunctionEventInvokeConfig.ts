import {
  PutFunctionEventInvokeConfig$,
  type FunctionEventInvokeConfig,
  type PutFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { eventConfigOf, toEventInvokeConfig } from '../event-config.ts'
import { functionOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
export const PutFunctionEventInvokeConfig = operation<
  PutFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
>(PutFunctionEventInvokeConfig$, async (input, ctx) => {
  const { ref, qualifier } = functionOf(ctx, input)
  const settings = eventConfigOf(input)
  const config = await ctx.functions.eventConfigs.put(ref, qualifier, settings)
  return toEventInvokeConfig(ref, config)
})
