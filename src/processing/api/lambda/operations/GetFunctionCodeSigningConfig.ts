import {
  GetFunctionCodeSigningConfig$,
  type GetFunctionCodeSigningConfigRequest,
  type GetFunctionCodeSigningConfigResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html. No function has one: CreateFunction takes none. */
export const GetFunctionCodeSigningConfig = operation<
  GetFunctionCodeSigningConfigRequest,
  GetFunctionCodeSigningConfigResponse
>(GetFunctionCodeSigningConfig$, async (input, ctx) => {
  const { entry } = await ctx.functions.get(wholeFunction(ctx, input))
  return { CodeSigningConfigArn: undefined, FunctionName: entry.name }
})
