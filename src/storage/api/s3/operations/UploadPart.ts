import { UploadPart$, type UploadPartOutput, type UploadPartRequest } from '@aws-sdk/client-s3'
import type { Checksums } from '#storage/objects'
import { sentChecksum, toMembers } from '../checksum-members.ts'
import { operation } from '../context.ts'
import { encryptionMembers, withCustomerKey } from '../encryption.ts'
import { uploadOf } from '../refs.ts'
import { checkLength } from '../request-length.ts'
import { sentBody } from '../sent-body.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const UploadPart = operation<UploadPartRequest, UploadPartOutput>(
  UploadPart$,
  async (input, ctx) => {
    checkLength(ctx.request)
    const { algorithm, expected } = sentChecksum(input, ctx)
    const ref = uploadOf(input, ctx)
    const upload = await ctx.objects.uploads.get(ref)
    const part = await ctx.objects.uploads.putPart(
      ref,
      {
        partNumber: input.PartNumber!,
        expected,
        ...(algorithm ? { algorithm } : {}),
        ...withCustomerKey(input),
      },
      sentBody(input.Body),
    )
    return {
      ETag: `"${part.etag}"`,
      ...encryptionMembers(upload, input),
      ...toMembers(JSON.parse(part.checksums) as Checksums, algorithm ?? upload.checksum_algorithm),
    }
  },
)
