import type { ReplicationConfiguration } from '@aws-sdk/client-s3'
import { randomString } from '#kit'
import type { Call } from '#protocol/aws'
import type { S3Context } from '../context.ts'
import { invalidRequest, malformedXml } from '../errors.ts'

const rulesMax = 1000

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html */
export async function checkReplication(
  value: ReplicationConfiguration,
  ctx: Call & S3Context,
  bucket: string,
): Promise<ReplicationConfiguration> {
  const rules = value.Rules ?? []
  if (rules.length === 0 || rules.length > rulesMax || !value.Role) throw malformedXml()
  const source = await ctx.objects.buckets.get(ctx.accountId, bucket)
  if (source.versioning !== 'Enabled') {
    throw invalidRequest(
      "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    )
  }
  for (const rule of rules) {
    const arn = rule.Destination?.Bucket ?? ''
    const name = /^arn:aws:s3:::(.+)$/.exec(arn)?.[1]
    if (name === undefined) throw invalidRequest('Invalid bucket ARN.')
    const destination = await ctx.objects.buckets.find(name)
    if (!destination) throw invalidRequest('Destination bucket must exist.')
    if (destination.versioning !== 'Enabled') {
      throw invalidRequest('Destination bucket must have versioning enabled.')
    }
  }
  return {
    ...value,
    Rules: rules.map((rule) => ({
      ...rule,
      ID: rule.ID ?? randomString(48, 'abcdefghijklmnopqrstuvwxyz0123456789'),
    })),
  }
}
