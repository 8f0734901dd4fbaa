import { open, type FileHandle } from 'node:fs/promises'
import type { DeliveryRecord, PartitionKeys, RecordSet } from '../delivery-record.ts'

/*
 * A record in the file:
 *   metadata length 4 | data length 4 | raw length 4, or 2^32 - 1 for none | metadata, JSON | data | raw
 */
const headerBytes = 12
const none = 0xffff_ffff
const pageBytes = 4 * 1024 * 1024
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

/** Keeps the records that transforms made in a file, so that a batch takes no more memory than a page. */
export class Spool implements RecordSet {
  readonly #path: string
  #file: FileHandle | undefined
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
    let rest = Buffer.alloc(0)
    let position = 0
    while (position < this.sizeBytes) {
      signal.throwIfAborted()
      const chunk = Buffer.allocUnsafe(Math.min(pageBytes, this.sizeBytes - position))
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position)
      if (bytesRead === 0) throw new Error('the file of transformed records is cut off')
      position += bytesRead
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
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
    await this.#file.writeFile(Buffer.concat(this.#pieces, this.#pending))
    this.#pieces = []
    this.#pending = 0
  }
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
