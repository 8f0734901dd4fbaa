import { ObjectErrors } from './errors.ts'

/** First and last byte, both included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * The part of an object of `sizeBytes` that a Range header asks for: `bytes=a-b`, `bytes=a-`, `bytes=-n`.
 * Undefined, as on S3, when the header is not one such range: then all is sent. Errors: `InvalidRange`.
 */
export function resolveRange(header: string, sizeBytes: number): ByteRange | undefined {
  const found = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header.trim())
  if (!found) return undefined
  const [, first = '', last = ''] = found
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes)
    if (length === 0) throw notSatisfiable(header, sizeBytes)
    return { start: sizeBytes - length, end: sizeBytes - 1 }
  }
  const start = Number(first)
  const end = last === '' ? Number.MAX_SAFE_INTEGER : Number(last)
  if (end < start) return undefined
  if (start >= sizeBytes) throw notSatisfiable(header, sizeBytes)
  return { start, end: Math.min(end, sizeBytes - 1) }
}

/** `bytes=a-b` of a copy source: both must be given and lie inside. Errors: `InvalidArgument`, `InvalidRange`. */
export function resolveCopyRange(header: string, sizeBytes: number): ByteRange {
  const found = /^bytes=(\d+)-(\d+)$/.exec(header)
  const start = Number(found?.[1])
  const end = Number(found?.[2])
  if (!found || end < start) {
    throw ObjectErrors.InvalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    )
  }
  if (end >= sizeBytes) {
    throw ObjectErrors.InvalidArgument(
      `Range specified is not valid for source object of size: ${sizeBytes}`,
      { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    )
  }
  return { start, end }
}

function notSatisfiable(header: string, sizeBytes: number): Error {
  return ObjectErrors.InvalidRange('The requested range is not satisfiable', {
    ActualObjectSize: sizeBytes,
    RangeRequested: header,
  })
}
