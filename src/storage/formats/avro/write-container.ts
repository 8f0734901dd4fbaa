import { promisify } from 'node:util'
import { deflateRaw } from 'node:zlib'
import { randomHex } from '#kit'
import { magic, syncBytes } from './header.ts'
import { avroTypes } from './library.ts'

const deflate = promisify(deflateRaw)
/** Of a block before it is packed: what readers unpack at one time. */
const blockBytes = 256 * 1024

/**
 * An Avro object container file, packed with deflate, the codec that every reader has.
 * https://avro.apache.org/docs/1.12.0/specification/#object-container-files
 */
export async function writeAvro(file: {
  readonly schema: object
  readonly metadata: Readonly<Record<string, string>>
  readonly records: Iterable<object>
}): Promise<Buffer> {
  const typeOf = await avroTypes()
  const recordType = typeOf(file.schema)
  const count = typeOf('long')
  const header = typeOf({ type: 'map', values: 'bytes' }).toBuffer(
    Object.fromEntries(
      Object.entries({
        'avro.schema': JSON.stringify(file.schema),
        'avro.codec': 'deflate',
        ...file.metadata,
      }).map(([name, value]) => [name, Buffer.from(value)]),
    ),
  )
  const sync = Buffer.from(randomHex(syncBytes), 'hex')
  const parts: Buffer[] = [magic, header, sync]
  let block: Buffer[] = []
  let sizeBytes = 0
  const flush = async () => {
    if (block.length === 0) return
    const packed = await deflate(Buffer.concat(block))
    parts.push(count.toBuffer(block.length), count.toBuffer(packed.length), packed, sync)
    block = []
    sizeBytes = 0
  }
  for (const record of file.records) {
    const bytes = recordType.toBuffer(record)
    block.push(bytes)
    sizeBytes += bytes.length
    if (sizeBytes >= blockBytes) await flush()
  }
  await flush()
  return Buffer.concat(parts)
}
