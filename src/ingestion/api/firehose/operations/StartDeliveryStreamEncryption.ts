import {
  StartDeliveryStreamEncryption$,
  type StartDeliveryStreamEncryptionInput,
  type StartDeliveryStreamEncryptionOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { countEncryption, sealingKey, startedEncryption } from '../encryption.ts'
import { invalidArgument } from '../refusal.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_StartDeliveryStreamEncryption.html. Records are encrypted from the answer on. */
export const StartDeliveryStreamEncryption = operation<
  StartDeliveryStreamEncryptionInput,
  StartDeliveryStreamEncryptionOutput
>(StartDeliveryStreamEncryption$, async (input, ctx) => {
  const ref = streamOf(ctx, input)
  const stream = ctx.delivery.get(ref)
  if (stream.source.kind !== 'direct') {
    throw invalidArgument('Server-side encryption cannot be enabled when the source is a stream.')
  }
  const encryption = startedEncryption(input.DeliveryStreamEncryptionConfigurationInput)
  const key = await sealingKey(ctx, encryption)
  await countEncryption(ctx, stream)
  await ctx.delivery.setEncryption(ref, { ...encryption }, key)
  return {}
})
