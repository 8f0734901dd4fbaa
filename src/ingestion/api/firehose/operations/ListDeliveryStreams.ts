import {
  ListDeliveryStreams$,
  type ListDeliveryStreamsInput,
  type ListDeliveryStreamsOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'

const defaultLimit = 10

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ListDeliveryStreams.html */
export const ListDeliveryStreams = operation<ListDeliveryStreamsInput, ListDeliveryStreamsOutput>(
  ListDeliveryStreams$,
  async (input, ctx) => {
    const { DeliveryStreamType: type } = input
    if (type === 'MSKAsSource' || type === 'DatabaseAsSource') {
      return { DeliveryStreamNames: [], HasMoreDeliveryStreams: false }
    }
    const limit = input.Limit ?? defaultLimit
    const found = ctx.delivery.list(
      { accountId: ctx.accountId, region: ctx.region },
      {
        limit: limit + 1,
        ...(input.ExclusiveStartDeliveryStreamName === undefined
          ? {}
          : { after: input.ExclusiveStartDeliveryStreamName }),
        ...(type === undefined ? {} : { source: type === 'DirectPut' ? 'direct' : 'stream' }),
      },
    )
    return {
      DeliveryStreamNames: found.slice(0, limit).map(({ name }) => name),
      HasMoreDeliveryStreams: found.length > limit,
    }
  },
)
