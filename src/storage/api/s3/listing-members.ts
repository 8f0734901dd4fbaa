import type { ObjectStorageClass } from '@aws-sdk/client-s3'
import type { ChecksumAlgorithm, ChecksumType, CurrentPage, VersionRow } from '#storage/objects'
import { restoreStatus } from './archive-members.ts'
import { invalidArgument } from './errors.ts'

/** Largest page of every listing. */
export const pageMax = 1000

/** Errors: `InvalidArgument`. */
export function pageLimit(value: number | undefined, name: string): number {
  if (value === undefined) return pageMax
  if (!Number.isInteger(value) || value < 0 || value > 2_147_483_647) {
    throw invalidArgument(
      `Argument ${name} must be an integer between 0 and 2147483647`,
      name,
      value,
    )
  }
  return Math.min(value, pageMax)
}

/** How keys are written in a listing: as they are, or percent-encoded when asked (`encoding-type=url`). */
export function keyEncoder(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text
  if (encodingType !== 'url') {
    throw invalidArgument(
      'Invalid Encoding Method specified in Request',
      'encoding-type',
      encodingType,
    )
  }
  return encodeKey
}

/** Everything but unreserved characters and slashes; a space is %20, which every SDK decodes. */
export function encodeKey(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** An opaque continuation token that holds the last entry of a page. */
export function toToken(last: string): string {
  return Buffer.from(JSON.stringify([1, last])).toString('base64url')
}

/** Errors: `InvalidArgument`. */
export function fromToken(token: string): string {
  try {
    const [version, last] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[]
    if (version === 1 && typeof last === 'string') return last
  } catch {
    // Not a token of ours.
  }
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
}

/** Objects and common prefixes of a page, as the members of an answer. */
export function entryMembers(
  entries: CurrentPage['entries'],
  encode: (text: string) => string,
  owner: { readonly ID: string } | undefined,
  asked?: readonly string[],
) {
  const contents = entries.flatMap(({ row }) =>
    row
      ? [
          {
            Key: encode(row.key),
            LastModified: new Date(row.last_modified_ms),
            ETag: `"${row.etag}"`,
            Size: row.size_bytes,
            StorageClass: row.storage_class as ObjectStorageClass,
            Owner: owner,
            ...checksumKind(row),
            ...restoreStatus(row, asked),
          },
        ]
      : [],
  )
  return {
    Contents: contents.length > 0 ? contents : undefined,
    CommonPrefixes: prefixMembers(entries, encode),
  }
}

/** Common prefixes of a page; undefined when there are none. */
export function prefixMembers(
  entries: readonly { readonly prefix?: string }[],
  encode: (text: string) => string,
): { readonly Prefix: string }[] | undefined {
  const prefixes = entries.flatMap(({ prefix }) =>
    prefix === undefined ? [] : [{ Prefix: encode(prefix) }],
  )
  return prefixes.length > 0 ? prefixes : undefined
}

export function checksumKind(row: Pick<VersionRow, 'checksum_algorithm' | 'checksum_type'>) {
  if (row.checksum_algorithm === null) return {}
  return {
    ChecksumAlgorithm: [row.checksum_algorithm as ChecksumAlgorithm],
    ChecksumType: row.checksum_type as ChecksumType,
  }
}
