import {
  GetBucketRequestPayment$,
  type GetBucketRequestPaymentRequest,
  type GetBucketRequestPaymentOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { requestPayment } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html */
export const GetBucketRequestPayment = operation<
  GetBucketRequestPaymentRequest,
  GetBucketRequestPaymentOutput
>(GetBucketRequestPayment$, async (input, ctx) => {
  return getSetting(ctx, input, requestPayment)
})
