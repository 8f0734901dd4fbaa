import { DeleteBucketPolicy$, type DeleteBucketPolicyRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { requireOwnAccount } from '../refs.ts'
import { policy } from '../settings/specs.ts'
import { deleteSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
export const DeleteBucketPolicy = operation<DeleteBucketPolicyRequest, object>(
  DeleteBucketPolicy$,
  async (input, ctx) => {
    requireOwnAccount(ctx)
    await deleteSetting(ctx, input, policy)
    return {}
  },
)
