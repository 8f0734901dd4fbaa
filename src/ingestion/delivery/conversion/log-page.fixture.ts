import type { LogPage } from '#ingestion/streams'

/** What a checksum or a length may look like. */
const betweens = [0xff, 0x20, 0x09, 0x7d, 0x0a, 0x30, 0x22, 0x2c, 0x00]

/** Records as they could lie in a log: not in their order, with bytes between them that are no text, or look like it. */
export function toLogPage(records: readonly { readonly data: Uint8Array }[]): LogPage {
  const pieces: Uint8Array[] = []
  const starts = new Uint32Array(records.length)
  const ends = new Uint32Array(records.length)
  let at = 0
  // Those with odd numbers first.
  for (const index of [...records.keys()].toSorted((one, other) => (other % 2) - (one % 2))) {
    const { data } = records[index]!
    const gap = Buffer.alloc(1 + (index % 7), betweens[index % betweens.length])
    pieces.push(gap, data)
    starts[index] = at + gap.byteLength
    at += gap.byteLength + data.byteLength
    ends[index] = at
  }
  pieces.push(Buffer.alloc(8, 0xff))
  return {
    bytes: Buffer.concat(pieces),
    starts,
    ends,
    release: () => {},
    dataBytes: records.reduce((sum, { data }) => sum + data.byteLength, 0),
  }
}
