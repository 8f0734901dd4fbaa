import { isLakeError } from '#kit'
import type { Call } from '#protocol/aws'
import { accessDenied } from '../errors.ts'

interface Ref {
  readonly bucket: string
  readonly key?: string
}

export function arnOf({ bucket, key }: Ref): string {
  return key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`
}

/**
 * That an object is not there is told only to those who may list the bucket, if only below its key; others are denied.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and, for a permission under a condition on
 * `s3:prefix`, https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
 */
export async function hidingAbsence<T>(
  ctx: Pick<Call, 'permits'>,
  ref: Ref,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isLakeError(error, 'NoSuchKey')) throw error
    const keys = ref.key === undefined ? undefined : { 's3:prefix': ref.key }
    const bucket = arnOf({ bucket: ref.bucket })
    const mayList = await ctx.permits('s3:ListBucket', bucket, undefined, keys)
    throw mayList ? error : accessDenied()
  }
}
