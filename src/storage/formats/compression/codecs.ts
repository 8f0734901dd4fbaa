import type { ByteSource } from '../byte-source.ts'
import { hadoopBlocks } from './hadoop-blocks.ts'
import { uncompressLz4Block } from './lz4.ts'
import { lz4FrameMagic, unpackLz4Frames } from './lz4-frame.ts'
import { uncompressSnappy } from './snappy.ts'
import { snappyFrameMagic, unpackSnappyFrames } from './snappy-frames.ts'

/** How whole files of text are compressed: https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html */
export type Codec = 'gzip' | 'zstd' | 'bzip2' | 'deflate' | 'snappy' | 'lz4'

const bySuffix: Readonly<Record<string, Codec>> = {
  '.gz': 'gzip',
  '.gzip': 'gzip',
  '.zst': 'zstd',
  '.zstd': 'zstd',
  '.bz2': 'bzip2',
  '.deflate': 'deflate',
  '.snappy': 'snappy',
  '.hsnappy': 'snappy',
  '.lz4': 'lz4',
}
const refused = ['.lzo', '.lzo_deflate', '.xz', '.zip', '.z', '.7z', '.rar']

/** The codec that a file's name tells, as in Hadoop; `refused` names a suffix that cannot be read. */
export function codecOfName(name: string): { readonly codec?: Codec; readonly refused?: string } {
  const lower = name.toLowerCase()
  const suffix = Object.keys(bySuffix).find((each) => lower.endsWith(each))
  if (suffix) return { codec: bySuffix[suffix] }
  return { refused: refused.find((each) => lower.endsWith(each)) }
}

/** Unpacks what is framed in blocks: Snappy and LZ4, in their own framing or Hadoop's. */
export function unpackBlocks(codec: 'snappy' | 'lz4', source: ByteSource): Iterable<Buffer> {
  const head = source.read(0, Math.min(16, source.sizeBytes))
  if (codec === 'snappy') {
    if (head.subarray(0, 10).equals(snappyFrameMagic)) return unpackSnappyFrames(source)
    return hadoopBlocks(uncompressSnappy)(source)
  }
  if (head.length >= 4 && head.readUInt32LE() === lz4FrameMagic) return unpackLz4Frames(source)
  return hadoopBlocks(uncompressLz4Block)(source)
}
