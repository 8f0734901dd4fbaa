import {
  StopDeliveryStreamEncryption$,
  type StopDeliveryStreamEncryptionInput,
  type StopDeliveryStreamEncryptionOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { stoppedEncryption } from '../encryption.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_StopDeliveryStreamEncryption.html */
export const StopDeliveryStreamEncryption = operation<
  StopDeliveryStreamEncryptionInput,
  StopDeliveryStreamEncryptionOutput
>(StopDeliveryStreamEncryption$, async (input, ctx) => {
  await ctx.delivery.setEncryption(streamOf(ctx, input), { ...stoppedEncryption }, undefined)
  return {}
})
