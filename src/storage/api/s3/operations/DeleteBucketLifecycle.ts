import { DeleteBucketLifecycle$, type DeleteBucketLifecycleRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { lifecycle } from '../settings/specs.ts'
import { deleteSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html */
export const DeleteBucketLifecycle = operation<DeleteBucketLifecycleRequest, object>(
  DeleteBucketLifecycle$,
  async (input, ctx) => {
    await deleteSetting(ctx, input, lifecycle)
    return {}
  },
)
