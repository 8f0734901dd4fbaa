import {
  ListTagsForDeliveryStream$,
  type ListTagsForDeliveryStreamInput,
  type ListTagsForDeliveryStreamOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { streamOf } from '../subject.ts'

const defaultLimit = 50

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ListTagsForDeliveryStream.html */
export const ListTagsForDeliveryStream = operation<
  ListTagsForDeliveryStreamInput,
  ListTagsForDeliveryStreamOutput
>(ListTagsForDeliveryStream$, async (input, ctx) => {
  const { tags } = ctx.delivery.get(streamOf(ctx, input))
  const after = input.ExclusiveStartTagKey
  const found = Object.entries(tags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .filter(([key]) => after === undefined || key > after)
  const limit = input.Limit ?? defaultLimit
  return {
    Tags: found.slice(0, limit).map(([Key, Value]) => ({ Key, Value })),
    HasMoreTags: found.length > limit,
  }
})
