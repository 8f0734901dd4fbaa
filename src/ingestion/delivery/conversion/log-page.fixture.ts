import type { LogPage } from '#ingestion/streams'

/** Records as they could lie in a log, with bytes between them that are no text. */
export function toLogPage(records: readonly { readonly data: Uint8Array }[]): LogPage {
  const pieces: Uint8Array[] = []
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (const { data } of records) {
    const gap = Buffer.alloc(1 + (starts.length % 9), 0xff)
    pieces.push(gap, data)
    starts.push(at + gap.byteLength)
    at += gap.byteLength + data.byteLength
    ends.push(at)
  }
  pieces.push(Buffer.alloc(8, 0xff))
  return {
    bytes: Buffer.concat(pieces),
    starts: Uint32Array.from(starts),
    ends: Uint32Array.from(ends),
    sequence: 1n,
    arrivalMs: 0,
    release: () => {},
    dataBytes: records.reduce((sum, { data }) => sum + data.byteLength, 0),
  }
}
