import {
  DeleteBucketOwnershipControls$,
  type DeleteBucketOwnershipControlsRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { ownershipControls } from '../settings/specs.ts'
import { deleteSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html */
export const DeleteBucketOwnershipControls = operation<
  DeleteBucketOwnershipControlsRequest,
  object
>(DeleteBucketOwnershipControls$, async (input, ctx) => {
  await deleteSetting(ctx, input, ownershipControls)
  return {}
})
