import { RemoveTagsFromStream$, type RemoveTagsFromStreamInput } from '@aws-sdk/client-kinesis'
import { withoutTags } from '#ingestion/streams'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RemoveTagsFromStream.html */
export const RemoveTagsFromStream = operation<RemoveTagsFromStreamInput, object>(
  RemoveTagsFromStream$,
  async (input, ctx) => {
    const keys = input.TagKeys!
    await ctx.streams.change(ctx, referenceOf(input), (stream) => ({
      tags: JSON.stringify(withoutTags(stream.tags, keys)),
    }))
    return {}
  },
)
