import { UntagResource$, type UntagResourceRequest } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { taggedBy } from '../tagged.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html */
export const UntagResource = operation<UntagResourceRequest, void>(
  UntagResource$,
  async (input, ctx) => {
    const removed = new Set(input.TagKeys)
    await taggedBy(ctx, input.Resource!).change((tags) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))),
    )
  },
)
