import {
  CompleteMultipartUpload$,
  type CompleteMultipartUploadOutput,
  type CompleteMultipartUploadRequest,
} from '@aws-sdk/client-s3'
import { causeOf } from '../cause.ts'
import { checksumMembers, checksumsOf } from '../checksum-members.ts'
import { writeConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import { customerKeyOf, serverSideMembers } from '../encryption.ts'
import { malformedXml } from '../errors.ts'
import { encodeKey } from '../listing-members.ts'
import { expirationOf } from '../expiration.ts'
import { uploadOf, versionIdOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html. Parts become the object with no copy. */
export const CompleteMultipartUpload = operation<
  CompleteMultipartUploadRequest,
  CompleteMultipartUploadOutput
>(CompleteMultipartUpload$, async (input, ctx) => {
  customerKeyOf(input)
  const ref = uploadOf(input, ctx)
  const parts = input.MultipartUpload?.Parts ?? []
  if (parts.length === 0) throw malformedXml()
  const conditions = writeConditions(input)
  const row = await ctx.objects.uploads.complete(ref, {
    parts: parts.map((part) => {
      if (part.PartNumber === undefined || part.ETag === undefined) throw malformedXml()
      return { partNumber: part.PartNumber, etag: part.ETag, checksums: checksumsOf(part) }
    }),
    checksums: checksumsOf(input),
    ...(input.ChecksumType === undefined ? {} : { checksumType: input.ChecksumType }),
    ...(input.MpuObjectSize === undefined ? {} : { sizeBytes: input.MpuObjectSize }),
    ...(conditions ? { conditions } : {}),
    cause: causeOf(ctx),
  })
  const { versioning } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
  const scheme = ctx.request.secure ? 'https' : 'http'
  const host = ctx.request.headers['host'] ?? 'localhost'
  return {
    Location: `${scheme}://${host}/${ref.bucket}/${encodeKey(ref.key)}`,
    Bucket: ref.bucket,
    Key: ref.key,
    ETag: `"${row.etag}"`,
    Expiration: await expirationOf(row, ctx),
    VersionId: versionIdOf(row, versioning),
    ...checksumMembers(row),
    ...serverSideMembers(row),
  }
})
