import { isDeepStrictEqual } from 'node:util'
import type * as ClientS3 from '@aws-sdk/client-s3'
import type { BucketLocationConstraint, LifecycleRule, S3Client } from '@aws-sdk/client-s3'
import { CliErrors } from '../lake-address.ts'
import { ruleIdPrefix, type ZonedBucket } from './layout.ts'

type Sdk = typeof ClientS3

export interface Target {
  readonly sdk: Sdk
  readonly s3: S3Client
  readonly region: string
  /** A KMS key to encrypt with; else the lake's own (SSE-S3). */
  readonly kmsKey?: string | undefined
}

/**
 * Makes a bucket what the layout says, and answers what had to be done: nothing when it was so already. What others have set there
 * (further rules, further tags) stays. Error: `Refused`.
 */
export async function applyTo(target: Target, zoned: ZonedBucket): Promise<readonly string[]> {
  const done: string[] = []
  const steps = [
    ['created', create],
    ['versioning', setVersioning],
    ['encryption', setEncryption],
    ['public access block', blockPublicAccess],
    ['lifecycle', setLifecycle],
    ['tags', setTags],
  ] as const
  for (const [name, step] of steps) if (await step(target, zoned)) done.push(name)
  return done
}

async function create({ sdk, s3, region }: Target, { bucket }: ZonedBucket): Promise<boolean> {
  try {
    await s3.send(new sdk.HeadBucketCommand({ Bucket: bucket }))
    return false
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
    if (status !== 404) {
      throw CliErrors.Refused(
        `the bucket '${bucket}' is there, and not this account's: choose another name`,
        {},
        error,
      )
    }
  }
  const place = { LocationConstraint: region as BucketLocationConstraint }
  await s3.send(
    new sdk.CreateBucketCommand({
      Bucket: bucket,
      ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: place }),
    }),
  )
  return true
}

async function setVersioning({ sdk, s3 }: Target, zoned: ZonedBucket): Promise<boolean> {
  const Bucket = zoned.bucket
  const { Status } = await s3.send(new sdk.GetBucketVersioningCommand({ Bucket }))
  if (!zoned.isVersioned || Status === 'Enabled') return false
  const VersioningConfiguration = { Status: 'Enabled' as const }
  await s3.send(new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  return true
}

async function setEncryption({ sdk, s3, kmsKey }: Target, zoned: ZonedBucket): Promise<boolean> {
  const Bucket = zoned.bucket
  const wanted =
    kmsKey === undefined
      ? { SSEAlgorithm: 'AES256' as const }
      : { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: kmsKey }
  const found = await orUndefined(s3.send(new sdk.GetBucketEncryptionCommand({ Bucket })))
  const [rule] = found?.ServerSideEncryptionConfiguration?.Rules ?? []
  const is = rule?.ApplyServerSideEncryptionByDefault
  // Without a key named here, one that was chosen before is as good.
  if (kmsKey === undefined ? is?.SSEAlgorithm !== undefined : isDeepStrictEqual(is, wanted)) {
    return false
  }
  const Rules = [
    { ApplyServerSideEncryptionByDefault: wanted, BucketKeyEnabled: kmsKey !== undefined },
  ]
  await s3.send(
    new sdk.PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: { Rules },
    }),
  )
  return true
}

const closed = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

async function blockPublicAccess({ sdk, s3 }: Target, zoned: ZonedBucket): Promise<boolean> {
  const Bucket = zoned.bucket
  const found = await orUndefined(s3.send(new sdk.GetPublicAccessBlockCommand({ Bucket })))
  if (isDeepStrictEqual({ ...found?.PublicAccessBlockConfiguration }, closed)) return false
  const block = { Bucket, PublicAccessBlockConfiguration: closed }
  await s3.send(new sdk.PutPublicAccessBlockCommand(block))
  return true
}

async function setLifecycle({ sdk, s3 }: Target, zoned: ZonedBucket): Promise<boolean> {
  const Bucket = zoned.bucket
  const command = new sdk.GetBucketLifecycleConfigurationCommand({ Bucket })
  const found = (await orUndefined(s3.send(command)))?.Rules ?? []
  const isOwn = ({ ID: id }: LifecycleRule) => id?.startsWith(ruleIdPrefix) === true
  const own = found.filter(isOwn)
  const byId = (one: LifecycleRule, other: LifecycleRule) => (one.ID! < other.ID! ? -1 : 1)
  if (isDeepStrictEqual(own.toSorted(byId), zoned.rules.toSorted(byId))) return false
  const Rules = [...found.filter((rule) => !isOwn(rule)), ...zoned.rules]
  await s3.send(
    new sdk.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
  )
  return true
}

async function setTags({ sdk, s3 }: Target, zoned: ZonedBucket): Promise<boolean> {
  const Bucket = zoned.bucket
  const found = await orUndefined(s3.send(new sdk.GetBucketTaggingCommand({ Bucket })))
  const tags = new Map((found?.TagSet ?? []).map(({ Key, Value }) => [Key!, Value!]))
  const wanted = Object.entries(zoned.tags)
  if (wanted.every(([key, value]) => tags.get(key) === value)) return false
  for (const [key, value] of wanted) tags.set(key, value)
  const TagSet = [...tags].map(([Key, Value]) => ({ Key, Value }))
  await s3.send(new sdk.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
  return true
}

/** Undefined where the bucket has no such configuration. */
async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
    if (status === 404) return undefined
    throw error
  }
}
