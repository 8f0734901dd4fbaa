import type { AwsError, Call } from '#protocol/aws'
import type { ObjectStore } from '#storage/objects'
import type { S3Context } from '../context.ts'
import { malformedXml, s3Error } from '../errors.ts'
import { bucketOf } from '../refs.ts'
import { fromJson, toJson } from '../settings-json.ts'

/** One sub-resource of a bucket: where it is kept, what it says when unset, and what it must satisfy. */
export interface SettingSpec<T> {
  readonly name: string
  /** What is answered while nothing is set; else `missing` is thrown. */
  readonly initial?: T
  readonly missing?: () => AwsError
  /** May refuse, and may complete what is stored. */
  readonly check?: (value: T, ctx: Call & S3Context, bucket: string) => Promise<T> | T
}

interface BucketInput {
  readonly Bucket: string | undefined
  readonly ExpectedBucketOwner?: string | undefined
}

/** The value, or undefined: for those who decide by it. */
export async function readSetting<T>(
  objects: ObjectStore,
  ref: { readonly accountId: string; readonly bucket: string },
  spec: SettingSpec<T>,
): Promise<T | undefined> {
  const text = await objects.settings.get({ ...ref, name: spec.name })
  return text === undefined ? spec.initial : fromJson<T>(text)
}

/** The value, as its Get operation answers it. */
export async function getSetting<T>(
  ctx: Call & S3Context,
  input: BucketInput,
  spec: SettingSpec<T>,
): Promise<T> {
  const ref = bucketOf(input, ctx)
  const value = await readSetting(ctx.objects, ref, spec)
  if (value !== undefined) return value
  const error = spec.missing!()
  throw s3Error(error.name, error.status!, error.message, { BucketName: ref.bucket })
}

export async function putSetting<T>(
  ctx: Call & S3Context,
  input: BucketInput,
  spec: SettingSpec<T>,
  value: T | undefined,
): Promise<void> {
  if (value === undefined) throw malformedXml()
  const ref = bucketOf(input, ctx)
  await ctx.objects.buckets.get(ref.accountId, ref.bucket)
  const checked = spec.check ? await spec.check(value, ctx, ref.bucket) : value
  await ctx.objects.settings.put({ ...ref, name: spec.name }, toJson(checked))
}

/** Deleting what is not there is no error. */
export async function deleteSetting(
  ctx: Call & S3Context,
  input: BucketInput,
  spec: { readonly name: string },
): Promise<void> {
  await ctx.objects.settings.delete({ ...bucketOf(input, ctx), name: spec.name })
}
