import { DeleteBucketTagging$, type DeleteBucketTaggingRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { tagging } from '../settings/specs.ts'
import { deleteSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html */
export const DeleteBucketTagging = operation<DeleteBucketTaggingRequest, object>(
  DeleteBucketTagging$,
  async (input, ctx) => {
    await deleteSetting(ctx, input, tagging)
    return {}
  },
)
