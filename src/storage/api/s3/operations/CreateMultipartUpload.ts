import {
  CreateMultipartUpload$,
  type CreateMultipartUploadOutput,
  type CreateMultipartUploadRequest,
} from '@aws-sdk/client-s3'
import { defaultChecksum, defaultChecksumType } from '#storage/objects'
import { attributesOf } from '../attributes.ts'
import { algorithmOf } from '../checksum-members.ts'
import { operation } from '../context.ts'
import { encryptionMembers, encryptionOf } from '../encryption.ts'
import { invalidArgument, invalidRequest } from '../errors.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const CreateMultipartUpload = operation<
  CreateMultipartUploadRequest,
  CreateMultipartUploadOutput
>(CreateMultipartUpload$, async (input, ctx) => {
  const ref = objectOf(input, ctx)
  const asked = algorithmOf(input.ChecksumAlgorithm)
  const type = input.ChecksumType
  if (type !== undefined && type !== 'COMPOSITE' && type !== 'FULL_OBJECT') {
    throw invalidArgument(
      'Value for x-amz-checksum-type header is invalid.',
      'x-amz-checksum-type',
      type,
    )
  }
  if (type !== undefined && asked === undefined) {
    throw invalidRequest(
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    )
  }
  const algorithm = asked ?? defaultChecksum
  const upload = await ctx.objects.uploads.create({
    accountId: ref.accountId,
    bucket: ref.bucket,
    key: ref.key,
    initiator: ctx.caller.arn,
    attributes: await attributesOf(input, ctx),
    ...encryptionOf(input, ctx),
    checksum: { algorithm, type: type ?? defaultChecksumType(algorithm) },
    checksumAsked: asked !== undefined,
  })
  return {
    Bucket: ref.bucket,
    Key: ref.key,
    UploadId: upload.upload_id,
    ...encryptionMembers(upload, input),
    ...(asked
      ? { ChecksumAlgorithm: asked, ChecksumType: upload.checksum_type as 'COMPOSITE' }
      : {}),
  }
})
