import { PutBucketWebsite$, type PutBucketWebsiteRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { website } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html. Stored and returned; there is no website endpoint. */
export const PutBucketWebsite = operation<PutBucketWebsiteRequest, object>(
  PutBucketWebsite$,
  async (input, ctx) => {
    await putSetting(ctx, input, website, input.WebsiteConfiguration)
    return {}
  },
)
