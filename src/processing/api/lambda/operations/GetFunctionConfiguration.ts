import {
  GetFunctionConfiguration$,
  type FunctionConfiguration,
  type GetFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toConfiguration } from '../shapes.ts'
import { functionOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
export const GetFunctionConfiguration = operation<
  GetFunctionConfigurationRequest,
  FunctionConfiguration
>(GetFunctionConfiguration$, async (input, ctx) => {
  const { ref, qualifier } = functionOf(ctx, input)
  const { version } = await ctx.functions.get(ref, qualifier)
  return toConfiguration(ctx, version, qualifier)
})
