import {
  DeleteDeliveryStream$,
  type DeleteDeliveryStreamInput,
  type DeleteDeliveryStreamOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeleteDeliveryStream.html. It is gone when the call returns, with what was not delivered. */
export const DeleteDeliveryStream = operation<
  DeleteDeliveryStreamInput,
  DeleteDeliveryStreamOutput
>(DeleteDeliveryStream$, async (input, ctx) => {
  await ctx.delivery.remove(streamOf(ctx, input))
  return {}
})
