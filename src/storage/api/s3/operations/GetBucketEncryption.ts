import {
  GetBucketEncryption$,
  type GetBucketEncryptionRequest,
  type GetBucketEncryptionOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { encryption } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html. Unset, it is SSE-S3, as on AWS. Objects are not encrypted by the server yet. */
export const GetBucketEncryption = operation<GetBucketEncryptionRequest, GetBucketEncryptionOutput>(
  GetBucketEncryption$,
  async (input, ctx) => {
    return { ServerSideEncryptionConfiguration: await getSetting(ctx, input, encryption) }
  },
)
