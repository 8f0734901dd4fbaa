import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { type Codec, unpackBlocks, unpackBzip2 } from '#storage/formats'
import { openFileSource } from './file-source.ts'
import type { PreparedBytes } from './prepared-bytes.ts'

/** Unpacks a file to another. Throws an Error when it is damaged. */
export async function unpackFile(
  input: string,
  output: string,
  codec: Codec,
  bytes: PreparedBytes,
): Promise<void> {
  const handle = openSync(output, 'wx', 0o600)
  const write = (piece: Buffer) => {
    bytes.add(piece.length)
    for (let at = 0; at < piece.length;) at += writeSync(handle, piece, at)
  }
  try {
    await unpackInto(input, codec, write)
  } finally {
    closeSync(handle)
  }
}

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
