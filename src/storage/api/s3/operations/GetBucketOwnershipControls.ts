import {
  GetBucketOwnershipControls$,
  type GetBucketOwnershipControlsRequest,
  type GetBucketOwnershipControlsOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { ownershipControls } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html */
export const GetBucketOwnershipControls = operation<
  GetBucketOwnershipControlsRequest,
  GetBucketOwnershipControlsOutput
>(GetBucketOwnershipControls$, async (input, ctx) => {
  return { OwnershipControls: await getSetting(ctx, input, ownershipControls) }
})
