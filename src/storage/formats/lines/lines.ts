import { type ByteSource, piecesOf } from '../byte-source.ts'

/** Of one line. */
export const lineBytesMax = 16 * 1024 * 1024

/** The lines of a text, ended by LF, CR LF or CR, as Hadoop's TextInputFormat cuts them; the last may lack its end. */
export function* linesOf(source: ByteSource): Generator<string> {
  let rest: Buffer = Buffer.alloc(0)
  let isFirst = true
  let afterCarriage = false
  for (const piece of piecesOf(source)) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
    if (isFirst) {
      if (bytes.subarray(0, 3).equals(byteOrderMark)) bytes = bytes.subarray(3)
      isFirst = false
    }
    let start = 0
    if (afterCarriage && bytes[0] === lineFeed) start = 1
    afterCarriage = false
    for (;;) {
      const end = lineEnd(bytes, start)
      if (end < 0) break
      yield bytes.toString('utf8', start, end)
      start = end + 1
      if (bytes[end] !== carriage) continue
      if (start === bytes.length) afterCarriage = true
      else if (bytes[start] === lineFeed) start++
    }
    rest = bytes.subarray(start)
    if (rest.length > lineBytesMax) throw new Error('a line is too long')
  }
  if (rest.length > 0) yield rest.toString('utf8')
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])
const lineFeed = 0x0a
const carriage = 0x0d

function lineEnd(bytes: Buffer, start: number): number {
  const feed = bytes.indexOf(lineFeed, start)
  const back = bytes.indexOf(carriage, start)
  if (back < 0) return feed
  return feed < 0 ? back : Math.min(feed, back)
}
