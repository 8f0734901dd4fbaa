import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { spend, writeFully } from '#kit'

const gatheredBytesMax = 1024 * 1024
const gatheredChunksMax = 512

/**
 * Writes chunks to the start of a new file, small ones together. The next bytes are taken while the last ones are being written.
 * `claim` is told of each chunk before, and may refuse it by throwing. Chunks that were given away are freed.
 */
export async function writeAll(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
  claim: (sizeBytes: number) => void,
): Promise<{ readonly sizeBytes: number; readonly crc: number }> {
  let sizeBytes = 0
  let crc = 0
  let gathered: Uint8Array[] = []
  let gatheredBytes = 0
  let position = 0
  let writing: Promise<void> | undefined
  const flush = async () => {
    await writing
    const [chunks, at] = [gathered, position]
    position += gatheredBytes
    gathered = []
    gatheredBytes = 0
    writing = chunks.length > 0 ? writeFully(file, chunks, at).then(() => spend(chunks)) : undefined
    // It is awaited by the next flush: until then a failure is nobody's.
    writing?.catch(() => undefined)
  }
  try {
    for await (const chunk of source) {
      claim(chunk.byteLength)
      sizeBytes += chunk.byteLength
      crc = crc32(chunk, crc)
      gathered.push(chunk)
      gatheredBytes += chunk.byteLength
      if (gatheredBytes >= gatheredBytesMax || gathered.length >= gatheredChunksMax) await flush()
    }
    await flush()
  } finally {
    await writing
  }
  return { sizeBytes, crc }
}
