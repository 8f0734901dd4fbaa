import {
  GetBucketEncryption$,
  type GetBucketEncryptionRequest,
  type GetBucketEncryptionOutput,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { encryption, encryptionByDefault } from '../settings/specs.ts'
import { getSetting } from '../settings/store.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html. Unset, it is SSE-S3 where the lake encrypts by default, as on AWS, and not found where it does not. */
export const GetBucketEncryption = operation<GetBucketEncryptionRequest, GetBucketEncryptionOutput>(
  GetBucketEncryption$,
  async (input, ctx) => {
    const spec = ctx.objects.encryptsByDefault ? encryptionByDefault : encryption
    return { ServerSideEncryptionConfiguration: await getSetting(ctx, input, spec) }
  },
)
