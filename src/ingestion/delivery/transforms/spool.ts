import { createCipheriv, createDecipheriv } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { randomOctets } from '#kit'
import type { DeliveryRecord, PartitionKeys, RecordSet } from '../delivery-record.ts'

/*
 * The file is a row of blocks: length 4 | tag 16 | as many bytes, AES-256-GCM. In them, one after the other and over their ends, a record is
 *   metadata length 4 | data length 4 | raw length 4, or 2^32 - 1 for none | metadata, JSON | data | raw
 */
const blockHeaderBytes = 20
const headerBytes = 12
const none = 0xffff_ffff
const flushBytes = 1 << 20

interface Metadata {
  /** Partition key, shard, sequence, sub-sequence, arrival, keys. */
  readonly p: string
  readonly h: string
  readonly s: string
  readonly u?: number | undefined
  readonly a: number
  readonly k?: PartitionKeys | undefined
}

/**
 * Keeps the records that transforms made in a file, so that a batch takes no more memory than a block. The file is encrypted under a key that is
 * nowhere but in this object: what a crash leaves of it nobody can read.
 */
export class Spool implements RecordSet {
  readonly #path: string
  readonly #key = randomOctets(32)
  #file: FileHandle | undefined
  #blocks = 0
  #pieces: Uint8Array[] = []
  #pending = 0
  /** Bytes in all, with what is not written yet. */
  sizeBytes = 0

  constructor(path: string) {
    this.#path = path
  }

  async add(records: readonly DeliveryRecord[]): Promise<void> {
    for (const record of records) this.#encode(record)
    if (this.#pending >= flushBytes) await this.#flush()
  }

  /** Writes what is left; nothing may be added after it. */
  async end(): Promise<void> {
    await this.#flush()
    await this.#file?.close()
  }

  async *pages(signal: AbortSignal): AsyncGenerator<readonly DeliveryRecord[]> {
    if (this.sizeBytes === 0) return
    await using file = await open(this.#path, 'r')
    let rest: Buffer = Buffer.alloc(0)
    let position = 0
    for (let block = 0; block < this.#blocks; block += 1) {
      signal.throwIfAborted()
      const header = await readWhole(file, position, blockHeaderBytes)
      const sealed = await readWhole(file, position + blockHeaderBytes, header.readUInt32LE(0))
      position += blockHeaderBytes + sealed.length
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(block))
      decipher.setAuthTag(header.subarray(4))
      const bytes = Buffer.concat([rest, decipher.update(sealed), decipher.final()])
      const { records, used } = decode(bytes)
      rest = bytes.subarray(used)
      if (records.length > 0) yield records
    }
  }

  #encode(record: DeliveryRecord): void {
    const metadata = Buffer.from(
      JSON.stringify({
        p: record.partitionKey,
        h: record.shardId,
        s: String(record.sequence),
        u: record.subSequence,
        a: record.arrivalMs,
        k: record.keys,
      } satisfies Metadata),
    )
    const header = Buffer.allocUnsafe(headerBytes)
    header.writeUInt32LE(metadata.length, 0)
    header.writeUInt32LE(record.data.byteLength, 4)
    header.writeUInt32LE(record.raw?.byteLength ?? none, 8)
    for (const piece of [header, metadata, record.data, record.raw]) {
      if (!piece) continue
      this.#pieces.push(piece)
      this.#pending += piece.byteLength
      this.sizeBytes += piece.byteLength
    }
  }

  async #flush(): Promise<void> {
    if (this.#pending === 0) return
    this.#file ??= await open(this.#path, 'wx', 0o600)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(this.#blocks))
    const sealed = cipher.update(Buffer.concat(this.#pieces, this.#pending))
    cipher.final()
    const header = Buffer.alloc(blockHeaderBytes)
    header.writeUInt32LE(this.#pending, 0)
    cipher.getAuthTag().copy(header, 4)
    await this.#file.writeFile(Buffer.concat([header, sealed]))
    this.#blocks += 1
    this.#pieces = []
    this.#pending = 0
  }
}

/** Of each block another; the key is used for one file. */
function nonceOf(block: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32LE(block, 0)
  return nonce
}

async function readWhole(file: FileHandle, position: number, sizeBytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(sizeBytes)
  let filled = 0
  while (filled < sizeBytes) {
    const { bytesRead } = await file.read(buffer, filled, sizeBytes - filled, position + filled)
    if (bytesRead === 0) throw new Error('the file of transformed records is cut off')
    filled += bytesRead
  }
  return buffer
}

function decode(bytes: Buffer): {
  readonly records: readonly DeliveryRecord[]
  readonly used: number
} {
  const records: DeliveryRecord[] = []
  let at = 0
  while (at + headerBytes <= bytes.length) {
    const metadataEnd = at + headerBytes + bytes.readUInt32LE(at)
    const dataEnd = metadataEnd + bytes.readUInt32LE(at + 4)
    const rawLength = bytes.readUInt32LE(at + 8)
    const end = rawLength === none ? dataEnd : dataEnd + rawLength
    if (end > bytes.length) break
    const text = bytes.toString('utf8', at + headerBytes, metadataEnd)
    const { p, h, s, u, a, k } = JSON.parse(text) as Metadata
    records.push({
      partitionKey: p,
      shardId: h,
      sequence: BigInt(s),
      arrivalMs: a,
      data: bytes.subarray(metadataEnd, dataEnd),
      ...(u === undefined ? {} : { subSequence: u }),
      ...(k === undefined ? {} : { keys: k }),
      ...(rawLength === none ? {} : { raw: bytes.subarray(dataEnd, end) }),
    })
    at = end
  }
  return { records, used: at }
}
