import {
  DeregisterStreamConsumer$,
  type DeregisterStreamConsumerInput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeregisterStreamConsumer.html */
export const DeregisterStreamConsumer = operation<DeregisterStreamConsumerInput, object>(
  DeregisterStreamConsumer$,
  async (input, ctx) => {
    const reference = {
      arn: input.ConsumerARN,
      name: input.ConsumerName,
      streamArn: input.StreamARN,
    }
    await ctx.streams.consumers.deregister(ctx, reference)
    return {}
  },
)
