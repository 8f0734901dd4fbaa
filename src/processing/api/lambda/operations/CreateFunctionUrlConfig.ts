import {
  CreateFunctionUrlConfig$,
  type CreateFunctionUrlConfigRequest,
  type CreateFunctionUrlConfigResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { corsOf, refuseStreaming, toUrlConfig, urlSubject } from '../url-settings.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html. The address is a path of this server, in the place of a host. */
export const CreateFunctionUrlConfig = operation<
  CreateFunctionUrlConfigRequest,
  CreateFunctionUrlConfigResponse
>(CreateFunctionUrlConfig$, async (input, ctx) => {
  const { ref, qualifier } = urlSubject(ctx, input)
  refuseStreaming(input.InvokeMode)
  const url = await ctx.functions.urls.create(ref, qualifier, {
    authType: input.AuthType!,
    cors: corsOf(input.Cors),
  })
  const { LastModifiedTime: _, ...made } = toUrlConfig(ctx, url)
  return made
})
