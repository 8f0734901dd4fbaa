import {
  GetObjectAttributes$,
  type GetObjectAttributesOutput,
  type GetObjectAttributesParts,
  type GetObjectAttributesRequest,
  type StorageClass,
} from '@aws-sdk/client-s3'
import type { Checksums, ObjectStore, VersionRow } from '#storage/objects'
import { checksumMembers, toMembers } from '../checksum-members.ts'
import { hidingAbsence } from '../access/absence.ts'
import { operation } from '../context.ts'
import { customerKeyOf } from '../encryption.ts'
import { invalidArgument } from '../errors.ts'
import { pageLimit } from '../listing-members.ts'
import { objectOf, versionIdOf } from '../refs.ts'

const attributes = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const GetObjectAttributes = operation<GetObjectAttributesRequest, GetObjectAttributesOutput>(
  GetObjectAttributes$,
  async (input, ctx) => {
    const asked = new Set<string>(input.ObjectAttributes)
    for (const name of asked) {
      if (!attributes.includes(name)) {
        throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', name)
      }
    }
    const ref = objectOf(input, ctx)
    const row = await hidingAbsence(ctx, ref, () => ctx.objects.find(ref))
    await ctx.objects.checkCustomerKey(row, customerKeyOf(input))
    const { versioning } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    return {
      LastModified: new Date(row.last_modified_ms),
      VersionId: versionIdOf(row, versioning),
      ETag: asked.has('ETag') ? row.etag : undefined,
      Checksum: asked.has('Checksum') ? checksumMembers(row) : undefined,
      ObjectParts: asked.has('ObjectParts')
        ? await partsMembers(input, row, ctx.objects)
        : undefined,
      StorageClass: asked.has('StorageClass') ? (row.storage_class as StorageClass) : undefined,
      ObjectSize: asked.has('ObjectSize') ? row.size_bytes : undefined,
    }
  },
)

/** Of objects that came by multipart upload only. */
async function partsMembers(
  input: GetObjectAttributesRequest,
  row: VersionRow,
  objects: ObjectStore,
): Promise<GetObjectAttributesParts | undefined> {
  if (row.parts_count === null) return undefined
  const marker = Number(input.PartNumberMarker ?? 0)
  const limit = pageLimit(input.MaxParts, 'x-amz-max-parts')
  const parts = (await objects.partsOf(row)).filter((part) => part.part_number > marker)
  const shown = parts.slice(0, limit)
  const truncated = parts.length > limit
  return {
    TotalPartsCount: row.parts_count,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: truncated ? String(shown.at(-1)?.part_number ?? marker) : undefined,
    MaxParts: limit,
    IsTruncated: truncated,
    Parts: shown.map((part) => ({
      PartNumber: part.part_number,
      Size: part.size_bytes,
      ...toMembers(JSON.parse(part.checksums) as Checksums, row.checksum_algorithm ?? ''),
    })),
  }
}
