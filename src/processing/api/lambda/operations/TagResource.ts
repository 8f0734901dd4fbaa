import { TagResource$, type TagResourceRequest } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { taggedFunction } from '../tagged.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html */
export const TagResource = operation<TagResourceRequest, void>(TagResource$, async (input, ctx) => {
  const ref = taggedFunction(ctx, input.Resource!)
  await ctx.functions.changeTags(ref, (tags) => ({ ...tags, ...input.Tags }))
})
