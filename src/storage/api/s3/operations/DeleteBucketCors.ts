import { DeleteBucketCors$, type DeleteBucketCorsRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { cors } from '../settings/specs.ts'
import { deleteSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html */
export const DeleteBucketCors = operation<DeleteBucketCorsRequest, object>(
  DeleteBucketCors$,
  async (input, ctx) => {
    await deleteSetting(ctx, input, cors)
    return {}
  },
)
