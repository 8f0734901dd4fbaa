import {
  UntagResource$,
  type UntagResourceInput,
  type UntagResourceOutput,
} from '@aws-sdk/client-athena'
import { checkTaggable } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_UntagResource.html */
export const UntagResource = operation<UntagResourceInput, UntagResourceOutput>(
  UntagResource$,
  async (input, ctx) => {
    await checkTaggable(ctx, input.ResourceARN!)
    await ctx.queries.tags.remove(input.ResourceARN!, input.TagKeys!)
    return {}
  },
)
