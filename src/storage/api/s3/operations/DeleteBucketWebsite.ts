import { DeleteBucketWebsite$, type DeleteBucketWebsiteRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { website } from '../settings/specs.ts'
import { deleteSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketWebsite.html */
export const DeleteBucketWebsite = operation<DeleteBucketWebsiteRequest, object>(
  DeleteBucketWebsite$,
  async (input, ctx) => {
    await deleteSetting(ctx, input, website)
    return {}
  },
)
