import { closeSync, openSync, writeSync } from 'node:fs'
import { recordsAt } from '#storage/formats'
import { openFileSource } from './file-source.ts'
import type { PreparedBytes } from './prepared-bytes.ts'

/** A file is read as a whole: its records may begin anywhere. */
const fileBytesMax = 500 * 1024 * 1024
const pieceChars = 1024 * 1024

/** Writes the records at a path of a JSON file to another file, one a line. */
export function splitRecords(
  input: string,
  output: string,
  path: string,
  bytes: PreparedBytes,
): void {
  using source = openFileSource(input)
  if (source.sizeBytes > fileBytesMax) throw new Error('it is too large to be split into records')
  const text = source.read(0, source.sizeBytes).toString('utf8')
  const handle = openSync(output, 'wx', 0o600)
  const write = (piece: string) => {
    const written = Buffer.from(piece)
    bytes.add(written.length)
    for (let at = 0; at < written.length;) at += writeSync(handle, written, at)
  }
  try {
    let piece = ''
    for (const record of recordsAt(text, path)) {
      piece += `${record}\n`
      if (piece.length < pieceChars) continue
      write(piece)
      piece = ''
    }
    write(piece)
  } finally {
    closeSync(handle)
  }
}
