import {
  checksumAlgorithms,
  isChecksumAlgorithm,
  type ChecksumAlgorithm,
  type ChecksumType,
  type Checksums,
  type Expected,
  type VersionRow,
} from '#storage/objects'
import type { Call } from '#protocol/aws'
import type { WireRequest } from '#protocol/http'
import { invalidRequest } from './errors.ts'

/** The members that carry a checksum, by the SDK's names. */
export type ChecksumMembers = {
  readonly [K in `Checksum${ChecksumAlgorithm}`]?: string | undefined
}

interface ChecksumInput extends ChecksumMembers {
  readonly ChecksumAlgorithm?: string | undefined
  readonly ContentMD5?: string | undefined
}

/** What a client says of the bytes it sends, and which checksum it wants kept. */
export interface SentChecksum {
  readonly algorithm: ChecksumAlgorithm | undefined
  readonly expected: Expected
}

/** Reads the checksum of a request: as a header, or promised as a trailer of the body. Errors: `InvalidRequest`. */
export function sentChecksum(input: ChecksumInput, { request, trailers }: Call): SentChecksum {
  const checksums = checksumsOf(input)
  const given = Object.keys(checksums) as ChecksumAlgorithm[]
  if (given.length > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  }
  const trailer = trailerAlgorithm(request.headers['x-amz-trailer'])
  const asked = algorithmOf(input.ChecksumAlgorithm)
  const sizeBytes = sentSizeBytes(request)
  return {
    algorithm: given[0] ?? trailer ?? asked,
    expected: {
      ...(input.ContentMD5 === undefined ? {} : { md5: input.ContentMD5 }),
      ...(given.length > 0 ? { checksums } : {}),
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
      ...(trailer ? { trailing: () => trailing(trailer, trailers) } : {}),
    },
  }
}

/** A promised trailer that did not come is no valid value. */
function trailing(algorithm: ChecksumAlgorithm, trailers: Call['trailers']): Checksums {
  return { [algorithm]: trailers?.[`x-amz-checksum-${algorithm.toLowerCase()}`] ?? '' }
}

/** The checksum members that are there. */
export function checksumsOf(input: ChecksumMembers): Checksums {
  const checksums: Partial<Record<ChecksumAlgorithm, string>> = {}
  for (const algorithm of checksumAlgorithms) {
    const value = input[`Checksum${algorithm}`]
    if (value !== undefined) checksums[algorithm] = value
  }
  return checksums
}

/** Errors: `InvalidRequest` for an algorithm that is none. */
export function algorithmOf(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined
  const upper = name.toUpperCase()
  if (!isChecksumAlgorithm(upper)) {
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    )
  }
  return upper
}

/** The checksum of a version as the members of an answer. */
export function checksumMembers(
  row: Pick<VersionRow, 'checksum_algorithm' | 'checksum_type' | 'checksum_value'>,
): ChecksumMembers & { readonly ChecksumType?: ChecksumType } {
  if (row.checksum_algorithm === null || row.checksum_value === null) return {}
  return {
    [`Checksum${row.checksum_algorithm}`]: row.checksum_value,
    ChecksumType: row.checksum_type as ChecksumType,
  }
}

/** Checksums by algorithm as members; of all, or of one algorithm. */
export function toMembers(checksums: Checksums, only?: string): ChecksumMembers {
  return Object.fromEntries(
    Object.entries(checksums)
      .filter(([algorithm]) => only === undefined || algorithm === only)
      .map(([algorithm, value]) => [`Checksum${algorithm}`, value]),
  )
}

/** Bytes of the body itself: in an `aws-chunked` one Content-Length counts the framing too. */
function sentSizeBytes({ headers }: WireRequest): number | undefined {
  const text = headers['x-amz-decoded-content-length'] ?? headers['content-length']
  return text === undefined ? undefined : Number(text)
}

function trailerAlgorithm(header: string | undefined): ChecksumAlgorithm | undefined {
  for (const name of header?.split(',') ?? []) {
    const found = /^\s*x-amz-checksum-(\w+)\s*$/i.exec(name)?.[1]
    if (found !== undefined) return algorithmOf(found)
  }
  return undefined
}
