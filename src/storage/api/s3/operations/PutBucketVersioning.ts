import { PutBucketVersioning$, type PutBucketVersioningRequest } from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { notImplemented, s3Error } from '../errors.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html. MFA delete is refused. */
export const PutBucketVersioning = operation<PutBucketVersioningRequest, object>(
  PutBucketVersioning$,
  async (input, ctx) => {
    const { accountId, bucket } = bucketOf(input, ctx)
    const { Status, MFADelete } = input.VersioningConfiguration ?? {}
    if (MFADelete === 'Enabled') throw notImplemented('MFA delete')
    if (Status === undefined) {
      throw s3Error(
        'IllegalVersioningConfigurationException',
        400,
        'The Versioning element must be specified',
      )
    }
    await ctx.objects.buckets.setVersioning(accountId, bucket, Status)
    return {}
  },
)
