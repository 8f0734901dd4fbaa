import {
  ListParts$,
  type ListPartsOutput,
  type ListPartsRequest,
  type StorageClass,
} from '@aws-sdk/client-s3'
import type { ChecksumAlgorithm, ChecksumType, Checksums } from '#storage/objects'
import { ownerOf } from '../acl.ts'
import { toMembers } from '../checksum-members.ts'
import { operation } from '../context.ts'
import { invalidArgument } from '../errors.ts'
import { pageLimit } from '../listing-members.ts'
import { uploadOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const ListParts = operation<ListPartsRequest, ListPartsOutput>(
  ListParts$,
  async (input, ctx) => {
    const ref = uploadOf(input, ctx)
    const limit = pageLimit(input.MaxParts, 'max-parts')
    const after = Number(input.PartNumberMarker ?? 0)
    if (!Number.isInteger(after) || after < 0) {
      throw invalidArgument(
        'Argument part-number-marker must be an integer between 0 and 2147483647',
        'part-number-marker',
        input.PartNumberMarker,
      )
    }
    const upload = await ctx.objects.uploads.get(ref)
    const parts = await ctx.objects.uploads.parts(ref, { after, limit: limit + 1 })
    const shown = parts.slice(0, limit)
    const asked = upload.checksum_asked === 1
    const Owner = await ownerOf(ctx)
    return {
      Bucket: ref.bucket,
      Key: ref.key,
      UploadId: ref.uploadId,
      Owner,
      Initiator: { ID: upload.initiator, DisplayName: upload.initiator.split(/[:/]/).at(-1) },
      StorageClass: upload.storage_class as StorageClass,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(shown.at(-1)?.part_number ?? 0),
      MaxParts: limit,
      IsTruncated: parts.length > limit,
      ChecksumAlgorithm: asked ? (upload.checksum_algorithm as ChecksumAlgorithm) : undefined,
      ChecksumType: asked ? (upload.checksum_type as ChecksumType) : undefined,
      Parts: shown.map((part) => ({
        PartNumber: part.part_number,
        LastModified: new Date(part.last_modified_ms),
        ETag: `"${part.etag}"`,
        Size: part.size_bytes,
        ...toMembers(JSON.parse(part.checksums) as Checksums, upload.checksum_algorithm),
      })),
    }
  },
)
