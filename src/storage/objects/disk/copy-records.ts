import { open, rename, rm } from 'node:fs/promises'
import { sealPack, writeFully } from './pack-file.ts'
import { recordHeaderBytes, type PackEntry } from './pack-format.ts'
import { readBytes } from './read-bytes.ts'

const copyBytesMax = 4 * 1024 * 1024

/** Makes a pack of records of another, as they are, damaged ones too: their checksum goes with them. Its name is not durable yet. */
export async function copyRecords(
  from: string,
  to: string,
  entries: readonly PackEntry[],
): Promise<void> {
  const temporary = `${to.slice(0, -'.pack'.length)}.tmp`
  const source = await open(from, 'r')
  const target = await open(temporary, 'w')
  try {
    const moved: PackEntry[] = []
    let end = 0
    let gathered: Buffer[] = []
    let gatheredBytes = 0
    const flush = async () => {
      if (gatheredBytes > 0) await writeFully(target, gathered, end - gatheredBytes)
      gathered = []
      gatheredBytes = 0
    }
    for (const entry of entries) {
      const length = recordHeaderBytes + entry.sizeBytes
      const record = await readBytes(source.fd, entry.position, length)
      gathered.push(record.length === length ? record : Buffer.concat([record], length))
      moved.push({ ...entry, position: end })
      gatheredBytes += length
      end += length
      if (gatheredBytes >= copyBytesMax) await flush()
    }
    await flush()
    await sealPack(target, end, moved)
    await rename(temporary, to)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await source.close()
    await target.close()
  }
}
