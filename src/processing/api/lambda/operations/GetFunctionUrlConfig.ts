import {
  GetFunctionUrlConfig$,
  type GetFunctionUrlConfigRequest,
  type GetFunctionUrlConfigResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toUrlConfig, urlSubject } from '../url-settings.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html */
export const GetFunctionUrlConfig = operation<
  GetFunctionUrlConfigRequest,
  GetFunctionUrlConfigResponse
>(GetFunctionUrlConfig$, async (input, ctx) => {
  const { ref, qualifier } = urlSubject(ctx, input)
  return toUrlConfig(ctx, await ctx.functions.urls.get(ref, qualifier))
})
