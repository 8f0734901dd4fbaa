/** Ids of inline blobs begin so: no id of a store does. */
export const inlinePrefix = 'row-'
/** Behind all ids of inline blobs. */
export const inlineEnd = 'row.'

/** What the id of an inline blob says. */
export interface InlineId {
  readonly id: number
  readonly sizeBytes: number
  readonly crc: number
  /** A number that tells it from what was in its row before; ids of former releases have none. */
  readonly use?: number | undefined
}

const form = /^row-[0-9a-f]{26}(?:[0-9a-f]{12})?$/
const idLength = 12
const sizeLength = 6
const crcLength = 8
const useLength = 12
/** Uses are smaller. */
export const usesMax = 2 ** (4 * useLength)

export function isInlineId(blobId: string): boolean {
  return blobId.startsWith(inlinePrefix)
}

/** Such ids sort as the numbers of their rows do. */
export function inlineId({ id, sizeBytes, crc, use }: InlineId): string {
  const ending = use === undefined ? '' : hex(use, useLength)
  return (
    inlinePrefix + hex(id, idLength) + hex(sizeBytes, sizeLength) + hex(crc, crcLength) + ending
  )
}

/** Undefined when it is no such id. */
export function readInlineId(blobId: string): InlineId | undefined {
  if (!form.test(blobId)) return undefined
  let at = inlinePrefix.length
  const next = (length: number) => Number.parseInt(blobId.slice(at, (at += length)), 16)
  const [id, sizeBytes, crc] = [next(idLength), next(sizeLength), next(crcLength)]
  return { id, sizeBytes, crc, use: at < blobId.length ? next(useLength) : undefined }
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}
