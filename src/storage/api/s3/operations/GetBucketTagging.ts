import {
  GetBucketTagging$,
  type GetBucketTaggingRequest,
  type GetBucketTaggingOutput,
  type Tag,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { tagging } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export const GetBucketTagging = operation<GetBucketTaggingRequest, GetBucketTaggingOutput>(
  GetBucketTagging$,
  async (input, ctx) => {
    return { TagSet: [...(await getSetting(ctx, input, tagging))] as Tag[] }
  },
)
