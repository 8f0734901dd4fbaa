import type { ObjectLockConfiguration } from '@aws-sdk/client-s3'
import type { Call } from '#protocol/aws'
import type { S3Context } from '../context.ts'
import { invalidArgument, malformedXml } from '../errors.ts'

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html. Switches object lock on: from then
 * on it cannot be taken back.
 */
export async function checkObjectLock(
  value: ObjectLockConfiguration,
  ctx: Call & S3Context,
  bucket: string,
): Promise<ObjectLockConfiguration> {
  if (value.ObjectLockEnabled !== 'Enabled') throw malformedXml()
  const retention = value.Rule?.DefaultRetention
  if (value.Rule) {
    const { Mode, Days, Years } = retention ?? {}
    if (Mode !== 'GOVERNANCE' && Mode !== 'COMPLIANCE') throw malformedXml()
    if ((Days === undefined) === (Years === undefined)) throw malformedXml()
    if ((Days ?? Years)! < 1) {
      throw invalidArgument(
        'Default retention period must be a positive integer value.',
        Days === undefined ? 'Years' : 'Days',
        Days ?? Years,
      )
    }
  }
  await ctx.objects.buckets.enableObjectLock(ctx.accountId, bucket)
  return value
}
