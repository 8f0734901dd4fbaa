import {
  ListMultipartUploads$,
  type ListMultipartUploadsOutput,
  type ListMultipartUploadsRequest,
  type StorageClass,
} from '@aws-sdk/client-s3'
import type { ChecksumAlgorithm, ChecksumType } from '#storage/objects'
import { ownerOf } from '../acl.ts'
import { operation } from '../context.ts'
import { keyEncoder, pageLimit, prefixMembers } from '../listing-members.ts'
import { bucketOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const ListMultipartUploads = operation<
  ListMultipartUploadsRequest,
  ListMultipartUploadsOutput
>(ListMultipartUploads$, async (input, ctx) => {
  const ref = bucketOf(input, ctx)
  const encode = keyEncoder(input.EncodingType)
  const limit = pageLimit(input.MaxUploads, 'max-uploads')
  const prefix = input.Prefix ?? ''
  const delimiter = input.Delimiter || undefined
  const { KeyMarker: keyMarker = '' } = input
  // Without a key marker the upload's is ignored, as AWS documents.
  const uploadIdMarker = keyMarker === '' ? '' : (input.UploadIdMarker ?? '')
  const { entries, truncated } = await ctx.objects.listUploads({
    ...ref,
    prefix,
    limit,
    keyMarker,
    uploadIdMarker,
    ...(delimiter === undefined ? {} : { delimiter }),
  })
  const Owner = await ownerOf(ctx)
  const last = entries.at(-1)
  return {
    Bucket: ref.bucket,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: uploadIdMarker,
    Prefix: encode(prefix),
    Delimiter: delimiter && encode(delimiter),
    MaxUploads: limit,
    EncodingType: input.EncodingType,
    IsTruncated: truncated,
    NextKeyMarker: last ? encode(last.prefix ?? last.row.key) : undefined,
    NextUploadIdMarker: last?.row?.upload_id,
    Uploads: entries.flatMap(({ row }) =>
      row
        ? [
            {
              Key: encode(row.key),
              UploadId: row.upload_id,
              Initiated: new Date(row.initiated_ms),
              StorageClass: row.storage_class as StorageClass,
              Owner,
              Initiator: { ID: row.initiator, DisplayName: row.initiator.split(/[:/]/).at(-1) },
              ...(row.checksum_asked === 1
                ? {
                    ChecksumAlgorithm: row.checksum_algorithm as ChecksumAlgorithm,
                    ChecksumType: row.checksum_type as ChecksumType,
                  }
                : {}),
            },
          ]
        : [],
    ),
    CommonPrefixes: prefixMembers(entries, encode),
  }
})
