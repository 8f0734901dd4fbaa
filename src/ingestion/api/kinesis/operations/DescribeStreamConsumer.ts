import {
  DescribeStreamConsumer$,
  type DescribeStreamConsumerInput,
  type DescribeStreamConsumerOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { asWireConsumer } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamConsumer.html */
export const DescribeStreamConsumer = operation<
  DescribeStreamConsumerInput,
  DescribeStreamConsumerOutput
>(DescribeStreamConsumer$, async (input, ctx) => {
  const reference = {
    arn: input.ConsumerARN,
    name: input.ConsumerName,
    streamArn: input.StreamARN,
  }
  const consumer = await ctx.streams.consumers.find(ctx, reference)
  return {
    ConsumerDescription: { ...asWireConsumer(consumer), StreamARN: consumer.streamArn },
  }
})
