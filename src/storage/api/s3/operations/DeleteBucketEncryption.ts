import { DeleteBucketEncryption$, type DeleteBucketEncryptionRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { encryption } from '../settings/specs.ts'
import { deleteSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html. Back to the default, SSE-S3. */
export const DeleteBucketEncryption = operation<DeleteBucketEncryptionRequest, object>(
  DeleteBucketEncryption$,
  async (input, ctx) => {
    await deleteSetting(ctx, input, encryption)
    return {}
  },
)
