import {
  UpdateFunctionEventInvokeConfig$,
  type FunctionEventInvokeConfig,
  type UpdateFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { eventConfigOf, toEventInvokeConfig } from '../event-config.ts'
import { functionOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html */
export const UpdateFunctionEventInvokeConfig = operation<
  UpdateFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig
>(UpdateFunctionEventInvokeConfig$, async (input, ctx) => {
  const { ref, qualifier } = functionOf(ctx, input)
  const settings = eventConfigOf(input)
  const config = await ctx.functions.eventConfigs.update(ref, qualifier, settings)
  return toEventInvokeConfig(ref, config)
})
