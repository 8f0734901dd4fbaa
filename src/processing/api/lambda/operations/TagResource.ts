import { TagResource$, type TagResourceRequest } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { taggedBy } from '../tagged.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html */
export const TagResource = operation<TagResourceRequest, void>(TagResource$, async (input, ctx) => {
  await taggedBy(ctx, input.Resource!).change((tags) => ({ ...tags, ...input.Tags }))
})
