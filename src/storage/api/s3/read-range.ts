import type { Call } from '#protocol/aws'
import {
  ObjectErrors,
  resolveRange,
  type ByteRange,
  type ChecksumAlgorithm,
  type Checksums,
  type ObjectStore,
  type VersionRow,
} from '#storage/objects'
import { checksumMembers } from './checksum-members.ts'
import { invalidArgument, invalidRequest } from './errors.ts'

interface RangeInput {
  readonly Range?: string | undefined
  readonly PartNumber?: number | undefined
}

/** The bytes that a GET or HEAD asks for. */
export interface Selected {
  /** Undefined for all of them, answered with 200. */
  readonly range?: ByteRange
  readonly partsCount?: number
  /** Of the bytes that are sent, where one is known: of the whole object, or of the part. */
  readonly checksum?: ChecksumColumns
}

type ChecksumColumns = Pick<VersionRow, 'checksum_algorithm' | 'checksum_type' | 'checksum_value'>

/** By Range header or part number. Errors: `InvalidRange`, `InvalidPartNumber`, `InvalidRequest`. */
export async function selectRange(
  input: RangeInput,
  row: VersionRow,
  ctx: Call & { readonly objects: ObjectStore },
): Promise<Selected> {
  if (input.PartNumber === undefined) {
    const isAsked = input.Range !== undefined && holds(ctx.request.headers['if-range'], row)
    const range = isAsked ? resolveRange(input.Range, row.size_bytes) : undefined
    return range ? { range } : { checksum: row }
  }
  if (input.Range !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter')
  }
  return selectPart(input.PartNumber, row, ctx.objects)
}

/**
 * Whether the object is still the one whose rest is asked for; otherwise all of it is sent. A weak tag never is the same.
 * https://www.rfc-editor.org/rfc/rfc9110.html#name-if-range
 */
function holds(ifRange: string | undefined, row: VersionRow): boolean {
  if (ifRange === undefined) return true
  const value = ifRange.trim()
  if (value.startsWith('"')) return value === `"${row.etag}"`
  return Date.parse(value) === Math.floor(row.last_modified_ms / 1000) * 1000
}

/** The members of an answer that tell of the bytes; with a range the status becomes 206. */
export function rangeMembers(
  input: { readonly ChecksumMode?: string | undefined },
  { range, partsCount, checksum }: Selected,
  row: VersionRow,
  ctx: Call,
) {
  if (range) ctx.responseStatus = 206
  return {
    PartsCount: partsCount,
    ...(range
      ? {
          ContentLength: range.end - range.start + 1,
          ContentRange: `bytes ${range.start}-${range.end}/${row.size_bytes}`,
        }
      : { ContentLength: row.size_bytes }),
    ...(checksum && input.ChecksumMode === 'ENABLED' ? checksumMembers(checksum) : {}),
  }
}

async function selectPart(
  partNumber: number,
  row: VersionRow,
  objects: ObjectStore,
): Promise<Selected> {
  if (partNumber < 1 || partNumber > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      partNumber,
    )
  }
  if (row.parts_count === null) {
    if (partNumber > 1) throw notSatisfiable(partNumber, 1)
    return row.size_bytes === 0
      ? { checksum: row }
      : { checksum: row, range: { start: 0, end: row.size_bytes - 1 } }
  }
  // Part numbers may have gaps: the n-th part of the object is asked for.
  const parts = await objects.partsOf(row)
  const part = parts[partNumber - 1]
  if (!part) throw notSatisfiable(partNumber, row.parts_count)
  const start = part.start_byte ?? 0
  const sums = JSON.parse(part.checksums) as Checksums
  const value = sums[row.checksum_algorithm as ChecksumAlgorithm] ?? null
  const told = { partsCount: row.parts_count, checksum: { ...row, checksum_value: value } }
  if (part.size_bytes === 0) return told
  return { ...told, range: { start, end: start + part.size_bytes - 1 } }
}

function notSatisfiable(partNumber: number, count: number): Error {
  return ObjectErrors.InvalidPartNumber('The requested partnumber is not satisfiable', {
    PartNumberRequested: partNumber,
    ActualPartCount: count,
  })
}
