import {
  DeleteFunctionUrlConfig$,
  type DeleteFunctionUrlConfigRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { urlSubject } from '../url-settings.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html */
export const DeleteFunctionUrlConfig = operation<DeleteFunctionUrlConfigRequest, void>(
  DeleteFunctionUrlConfig$,
  async (input, ctx) => {
    const { ref, qualifier } = urlSubject(ctx, input)
    await ctx.functions.urls.remove(ref, qualifier)
  },
)
