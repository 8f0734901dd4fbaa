import {
  GetPublicAccessBlock$,
  type GetPublicAccessBlockRequest,
  type GetPublicAccessBlockOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { publicAccessBlock } from '../settings/public-access.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export const GetPublicAccessBlock = operation<
  GetPublicAccessBlockRequest,
  GetPublicAccessBlockOutput
>(GetPublicAccessBlock$, async (input, ctx) => {
  return { PublicAccessBlockConfiguration: await getSetting(ctx, input, publicAccessBlock) }
})
