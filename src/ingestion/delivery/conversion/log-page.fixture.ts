import type { LogPage } from '#ingestion/streams'

/** What a checksum or a length may look like. */
const betweens = [0xff, 0x20, 0x09, 0x7d, 0x0a, 0x30, 0x22, 0x2c, 0x00]

/** Records as they could lie in a log, with bytes between them that are no text, or look like it. */
export function toLogPage(records: readonly { readonly data: Uint8Array }[]): LogPage {
  const pieces: Uint8Array[] = []
  const starts: number[] = []
  const ends: number[] = []
  let at = 0
  for (const { data } of records) {
    const gap = Buffer.alloc(1 + (starts.length % 7), betweens[starts.length % betweens.length])
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
    release: () => {},
    dataBytes: records.reduce((sum, { data }) => sum + data.byteLength, 0),
  }
}
