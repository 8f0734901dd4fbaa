import {
  UpdateFunctionCode$,
  type FunctionConfiguration,
  type UpdateFunctionCodeRequest,
} from '@aws-sdk/client-lambda'
import { zipOf } from '../code-input.ts'
import { operation } from '../context.ts'
import { toConfiguration } from '../shapes.ts'
import { refused, wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html. Invocations that begin after the answer run the new code. */
export const UpdateFunctionCode = operation<UpdateFunctionCodeRequest, FunctionConfiguration>(
  UpdateFunctionCode$,
  async (input, ctx) => {
    const ref = wholeFunction(ctx, input)
    if (input.PublishTo !== undefined) throw refused('PublishTo is not supported')
    const version = await ctx.functions.updateCode(ref, {
      zip: await zipOf(ctx, input),
      architecture: input.Architectures?.[0],
      publish: input.Publish ?? false,
      dryRun: input.DryRun ?? false,
      revisionId: input.RevisionId,
    })
    return toConfiguration(
      ctx,
      version,
      input.Publish && !input.DryRun ? version.version : undefined,
    )
  },
)
