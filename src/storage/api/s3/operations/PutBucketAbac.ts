import { PutBucketAbac$, type PutBucketAbacRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { abac } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAbac.html. Access by the tags of buckets cannot be enabled. */
export const PutBucketAbac = operation<PutBucketAbacRequest, object>(
  PutBucketAbac$,
  async (input, ctx) => {
    await putSetting(ctx, input, abac, input.AbacStatus)
    return {}
  },
)
