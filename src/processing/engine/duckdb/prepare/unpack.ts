import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { type Codec, unpackBlocks, unpackBzip2 } from '#storage/formats'
import { openFileSource } from './file-source.ts'
import type { PreparedBytes } from './prepared-bytes.ts'

/** Unpacks a file, or the head of one, to another. Throws an Error when it is damaged. */
export async function unpackFile(
  input: string,
  output: string,
  options: { readonly codec: Codec; readonly bytesMax?: number },
  bytes: PreparedBytes,
): Promise<void> {
  const handle = openSync(output, 'wx', 0o600)
  let left = options.bytesMax ?? Number.POSITIVE_INFINITY
  const write = (piece: Buffer) => {
    const kept = left < piece.length ? piece.subarray(0, left) : piece
    bytes.add(kept.length)
    for (let at = 0; at < kept.length;) at += writeSync(handle, kept, at)
    left -= kept.length
    if (left === 0) throw enough
  }
  try {
    await unpackInto(input, options.codec, write)
  } catch (error) {
    if (error !== enough) throw error
  } finally {
    closeSync(handle)
  }
}

/** Thrown when the head that was asked for is there. */
const enough = new Error('enough')

async function unpackInto(
  input: string,
  codec: Codec,
  write: (piece: Buffer) => void,
): Promise<void> {
  const unpacker = streams[codec as keyof typeof streams]?.()
  if (unpacker) {
    await pipeline(createReadStream(input), unpacker, async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) write(piece)
    })
    return
  }
  using source = openFileSource(input)
  if (codec === 'bzip2') await unpackBzip2(source, write)
  else {
    for (const piece of unpackBlocks(codec === 'snappy' ? 'snappy' : 'lz4', source)) write(piece)
  }
}

const streams = {
  gzip: createGunzip,
  deflate: createInflate,
  zstd: createZstdDecompress,
}
