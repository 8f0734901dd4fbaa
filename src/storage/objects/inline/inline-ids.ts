/** Ids of inline blobs begin so: no id of a store does. */
export const inlinePrefix = 'row-'
/** Behind all ids of inline blobs. */
export const inlineEnd = 'row.'

/** What the id of an inline blob says. */
export interface InlineId {
  readonly id: number
  readonly sizeBytes: number
  readonly crc: number
}

const form = /^row-[0-9a-f]{26}$/
const idLength = 12
const sizeLength = 6
const crcLength = 8

export function isInlineId(blobId: string): boolean {
  return blobId.startsWith(inlinePrefix)
}

/** Such ids sort as their numbers do. */
export function inlineId({ id, sizeBytes, crc }: InlineId): string {
  return inlinePrefix + hex(id, idLength) + hex(sizeBytes, sizeLength) + hex(crc, crcLength)
}

/** Undefined when it is no such id. */
export function readInlineId(blobId: string): InlineId | undefined {
  if (!form.test(blobId)) return undefined
  const at = inlinePrefix.length
  return {
    id: Number.parseInt(blobId.slice(at, at + idLength), 16),
    sizeBytes: Number.parseInt(blobId.slice(at + idLength, -crcLength), 16),
    crc: Number.parseInt(blobId.slice(-crcLength), 16),
  }
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}
