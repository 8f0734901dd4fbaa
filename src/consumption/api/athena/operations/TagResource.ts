import { TagResource$, type TagResourceInput, type TagResourceOutput } from '@aws-sdk/client-athena'
import { workGroupOfArn } from '../subject.ts'
import { tagMap } from '../tag-list.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_TagResource.html. Only workgroups have tags. */
export const TagResource = operation<TagResourceInput, TagResourceOutput>(
  TagResource$,
  async (input, ctx) => {
    await workGroupOfArn(ctx, input.ResourceARN!)
    await ctx.queries.tags.set(input.ResourceARN!, tagMap(input.Tags))
    return {}
  },
)
