import {
  UploadPartCopy$,
  type UploadPartCopyOutput,
  type UploadPartCopyRequest,
} from '@aws-sdk/client-s3'
import { checkRead, objectLimits, resolveCopyRange, type Checksums } from '#storage/objects'
import { hidingAbsence } from '../access/absence.ts'
import { toMembers } from '../checksum-members.ts'
import { copyConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import {
  checkMayDecrypt,
  encryptionMembers,
  withCustomerKey,
  withSourceKey,
} from '../encryption.ts'
import { copySourceOf } from '../copy-source.ts'
import { invalidRequest } from '../errors.ts'
import { uploadOf, versionIdOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const UploadPartCopy = operation<UploadPartCopyRequest, UploadPartCopyOutput>(
  UploadPartCopy$,
  async (input, ctx) => {
    const ref = uploadOf(input, ctx)
    const upload = await ctx.objects.uploads.get(ref)
    const source = { ...(await copySourceOf(input, ctx)), ...withSourceKey(input) }
    const { row, body } = await hidingAbsence(ctx, source, () =>
      ctx.objects.openObject(source, async (found) => {
        await checkMayDecrypt(found, ctx)
        checkRead(found, copyConditions(input), 'copy')
        const range =
          input.CopySourceRange === undefined
            ? undefined
            : resolveCopyRange(input.CopySourceRange, found.size_bytes)
        const sizeBytes = range ? range.end - range.start + 1 : found.size_bytes
        if (sizeBytes > objectLimits.partSizeBytesMax) {
          throw invalidRequest(
            `The specified copy source is larger than the maximum allowable size for a copy source: ${objectLimits.partSizeBytesMax}`,
          )
        }
        return range
      }),
    )
    let part
    try {
      part = await ctx.objects.uploads.putPart(
        ref,
        { partNumber: input.PartNumber!, ...withCustomerKey(input) },
        body,
      )
    } finally {
      body.destroy()
    }
    const bucket = await ctx.objects.buckets.find(source.bucket)
    return {
      CopySourceVersionId: versionIdOf(row, bucket?.versioning ?? ''),
      ...encryptionMembers(upload, input),
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: new Date(part.last_modified_ms),
        ...toMembers(JSON.parse(part.checksums) as Checksums, upload.checksum_algorithm),
      },
    }
  },
)
