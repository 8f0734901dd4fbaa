import { AddTagsToStream$, type AddTagsToStreamInput } from '@aws-sdk/client-kinesis'
import { withTags } from '#ingestion/streams'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_AddTagsToStream.html */
export const AddTagsToStream = operation<AddTagsToStreamInput, object>(
  AddTagsToStream$,
  async (input, ctx) => {
    const added = input.Tags!
    await ctx.streams.change(ctx, referenceOf(input), (stream) => ({
      tags: JSON.stringify(withTags(stream, stream.tags, added)),
    }))
    return {}
  },
)
