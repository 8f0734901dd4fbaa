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
 * That an object is not there is told only to those who may list the bucket; others are denied.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
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
    const mayList = await ctx.permits('s3:ListBucket', arnOf({ bucket: ref.bucket }))
    throw mayList ? error : accessDenied()
  }
}
