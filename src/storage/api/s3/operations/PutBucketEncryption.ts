import { PutBucketEncryption$, type PutBucketEncryptionRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { encryption } from '../settings/specs.ts'
import { putSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html. For the objects that are put from then on. */
export const PutBucketEncryption = operation<PutBucketEncryptionRequest, object>(
  PutBucketEncryption$,
  async (input, ctx) => {
    await putSetting(ctx, input, encryption, input.ServerSideEncryptionConfiguration)
    return {}
  },
)
