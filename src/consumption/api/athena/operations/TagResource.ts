import { TagResource$, type TagResourceInput, type TagResourceOutput } from '@aws-sdk/client-athena'
import { checkTaggable } from '../subject.ts'
import { tagMap } from '../tag-list.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_TagResource.html. Workgroups, capacity reservations and data catalogs have tags. */
export const TagResource = operation<TagResourceInput, TagResourceOutput>(
  TagResource$,
  async (input, ctx) => {
    await checkTaggable(ctx, input.ResourceARN!)
    await ctx.queries.tags.set(input.ResourceARN!, tagMap(input.Tags))
    return {}
  },
)
