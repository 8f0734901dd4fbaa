import {
  StopDeliveryStreamEncryption$,
  type StopDeliveryStreamEncryptionInput,
  type StopDeliveryStreamEncryptionOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { countEncryption, stoppedEncryption } from '../encryption.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_StopDeliveryStreamEncryption.html */
export const StopDeliveryStreamEncryption = operation<
  StopDeliveryStreamEncryptionInput,
  StopDeliveryStreamEncryptionOutput
>(StopDeliveryStreamEncryption$, async (input, ctx) => {
  const ref = streamOf(ctx, input)
  await countEncryption(ctx, ctx.delivery.get(ref))
  await ctx.delivery.setEncryption(ref, { ...stoppedEncryption }, undefined)
  return {}
})
