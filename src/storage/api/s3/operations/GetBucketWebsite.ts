import {
  GetBucketWebsite$,
  type GetBucketWebsiteRequest,
  type GetBucketWebsiteOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { website } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html */
export const GetBucketWebsite = operation<GetBucketWebsiteRequest, GetBucketWebsiteOutput>(
  GetBucketWebsite$,
  async (input, ctx) => {
    return getSetting(ctx, input, website)
  },
)
