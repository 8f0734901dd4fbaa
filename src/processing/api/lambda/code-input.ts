import type { FunctionCode } from '@aws-sdk/client-lambda'
import type { Call } from '#protocol/aws'
import { AwsError } from '#protocol/aws'
import type { LambdaContext } from './context.ts'
import { refused } from './subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const zipBytesMax = 52_428_800
const objectBytesMax = 262_144_000

/** The zip in a request, or in the object that it names and the caller may read. */
export async function zipOf(
  ctx: Call & LambdaContext,
  input: Pick<
    FunctionCode,
    | 'ZipFile'
    | 'S3Bucket'
    | 'S3Key'
    | 'S3ObjectVersion'
    | 'S3ObjectStorageMode'
    | 'ImageUri'
    | 'SourceKMSKeyArn'
  >,
): Promise<Uint8Array> {
  const { ZipFile: zip, S3Bucket: bucket, S3Key: key, S3ObjectVersion: versionId } = input
  if (input.SourceKMSKeyArn !== undefined) throw refused('SourceKMSKeyArn is not supported')
  if (input.S3ObjectStorageMode === 'REFERENCE') {
    throw refused('S3ObjectStorageMode REFERENCE is not supported')
  }
  if (input.ImageUri !== undefined) {
    throw refused('Functions from container images are not supported')
  }
  if (zip !== undefined) {
    if (bucket !== undefined || key !== undefined) {
      throw refused('Please do not provide other FunctionCode parameters when providing a ZipFile.')
    }
    if (zip.length > zipBytesMax) {
      throw new AwsError({
        name: 'RequestEntityTooLargeException',
        status: 413,
        message: `Request must be smaller than ${zipBytesMax} bytes for the CreateFunction operation`,
      })
    }
    return zip
  }
  if (bucket === undefined || key === undefined) {
    throw refused('Please provide a source for function code.')
  }
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
  if (!(await ctx.permits(action, `arn:aws:s3:::${bucket}/${key}`, versionId))) {
    throw new AwsError({
      name: 'AccessDeniedException',
      status: 403,
      message: `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${bucket}/${key}. S3 Error Code: AccessDenied. S3 Error Message: Access Denied`,
    })
  }
  const { accountId } = ctx.caller
  return ctx.readObject({ accountId, bucket, key, versionId, bytesMax: objectBytesMax })
}
