import { PutBucketRequestPayment$, type PutBucketRequestPaymentRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { requestPayment } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html */
export const PutBucketRequestPayment = operation<PutBucketRequestPaymentRequest, object>(
  PutBucketRequestPayment$,
  async (input, ctx) => {
    await putSetting(ctx, input, requestPayment, input.RequestPaymentConfiguration)
    return {}
  },
)
