import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflateRaw, createGzip, createZstdCompress } from 'node:zlib'
import { packHadoopSnappy, packSnappyFrames } from '#storage/formats'
import type { Compression } from '../../records.ts'

/** The bytes as they are stored. `name` is that of the one file in a ZIP. */
export function compress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
  name: string,
): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'UNCOMPRESSED':
      return bytes
    case 'GZIP':
      return through(bytes, createGzip())
    case 'ZSTD':
      return through(bytes, createZstdCompress())
    case 'ZIP':
      return zip(bytes, name)
    case 'Snappy':
      return packSnappyFrames(bytes)
    case 'HADOOP_SNAPPY':
      return packHadoopSnappy(bytes)
  }
}

/** What a packer makes of the bytes. Their failure is its reader's, and a reader that leaves ends them: `pipe` would tell neither. */
async function* through(
  bytes: AsyncIterable<Uint8Array>,
  packer: Transform,
): AsyncGenerator<Uint8Array> {
  const feeding = pipeline(bytes, packer)
  // The packer is destroyed with the same error, and so its reader told.
  feeding.catch(() => undefined)
  yield* packer as AsyncIterable<Buffer>
  await feeding
}

/** Sizes and checksum follow the data; names are UTF-8. */
const flags = 0x0808
const deflated = 8
const version = 20

/**
 * A ZIP archive of one file. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * Its sizes have 32 bits: a batch is far smaller.
 */
async function* zip(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const fileName = Buffer.from(name)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(version, 4)
  local.writeUInt16LE(flags, 6)
  local.writeUInt16LE(deflated, 8)
  local.writeUInt16LE(firstDay, 12)
  local.writeUInt16LE(fileName.length, 26)
  yield local
  yield fileName

  let checksum = 0
  let size = 0
  let stored = 0
  const counted = async function* () {
    for await (const chunk of bytes) {
      checksum = crc32(chunk, checksum)
      size += chunk.byteLength
      yield chunk
    }
  }
  for await (const chunk of through(counted(), createDeflateRaw())) {
    stored += chunk.length
    yield chunk
  }
  const sizes = Buffer.alloc(12)
  sizes.writeUInt32LE(checksum, 0)
  sizes.writeUInt32LE(stored, 4)
  sizes.writeUInt32LE(size, 8)
  yield Buffer.concat([Buffer.from('PK\u0007\u0008', 'latin1'), sizes])

  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(version, 4)
  central.writeUInt16LE(version, 6)
  central.writeUInt16LE(flags, 8)
  central.writeUInt16LE(deflated, 10)
  central.writeUInt16LE(firstDay, 14)
  sizes.copy(central, 16)
  central.writeUInt16LE(fileName.length, 28)
  yield Buffer.concat([central, fileName])

  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length + fileName.length, 12)
  end.writeUInt32LE(local.length + fileName.length + stored + 16, 16)
  yield end
}

/** 1980-01-01 in the format's own way: the same batch gives the same bytes. */
const firstDay = 0x21
