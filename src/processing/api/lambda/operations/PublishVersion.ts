import {
  PublishVersion$,
  type FunctionConfiguration,
  type PublishVersionRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toConfiguration } from '../shapes.ts'
import { refused, wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html */
export const PublishVersion = operation<PublishVersionRequest, FunctionConfiguration>(
  PublishVersion$,
  async (input, ctx) => {
    if (input.PublishTo !== undefined) throw refused('PublishTo is not supported')
    const version = await ctx.functions.versions.publish(wholeFunction(ctx, input), {
      description: input.Description,
      codeSha256: input.CodeSha256,
      revisionId: input.RevisionId,
    })
    return toConfiguration(ctx, version, version.version)
  },
)
