import {
  UpdateFunctionUrlConfig$,
  type UpdateFunctionUrlConfigRequest,
  type UpdateFunctionUrlConfigResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { corsOf, refuseStreaming, toUrlConfig, urlSubject } from '../url-settings.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html */
export const UpdateFunctionUrlConfig = operation<
  UpdateFunctionUrlConfigRequest,
  UpdateFunctionUrlConfigResponse
>(UpdateFunctionUrlConfig$, async (input, ctx) => {
  const { ref, qualifier } = urlSubject(ctx, input)
  refuseStreaming(input.InvokeMode)
  const url = await ctx.functions.urls.update(ref, qualifier, {
    ...(input.AuthType === undefined ? {} : { authType: input.AuthType }),
    ...(input.Cors === undefined ? {} : { cors: corsOf(input.Cors) }),
  })
  return toUrlConfig(ctx, url)
})
