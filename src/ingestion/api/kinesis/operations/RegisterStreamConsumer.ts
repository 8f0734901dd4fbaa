import {
  RegisterStreamConsumer$,
  type RegisterStreamConsumerInput,
  type RegisterStreamConsumerOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { asWireConsumer } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
 *
 * The consumer is ACTIVE when this answers.
 */
export const RegisterStreamConsumer = operation<
  RegisterStreamConsumerInput,
  RegisterStreamConsumerOutput
>(RegisterStreamConsumer$, async (input, ctx) => {
  const consumer = await ctx.streams.consumers.register(ctx, {
    streamArn: input.StreamARN!,
    name: input.ConsumerName!,
    tags: input.Tags ?? {},
  })
  return { Consumer: asWireConsumer(consumer) }
})
