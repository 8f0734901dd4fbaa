import { constants } from 'node:fs'
import { link, open, rm, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { DirectorySync } from './directory-sync.ts'
import {
  packName,
  packedId,
  recordHeader,
  recordHeaderBytes,
  type PackEntry,
} from './pack-format.ts'
import { sealPack, writeFully } from './pack-file.ts'

/** Bytes that share one write and one fsync. */
const groupBytesMax = 4 * 1024 * 1024

const { O_CREAT, O_EXCL, O_RDWR, O_DSYNC } = constants
/**
 * Linux brings each write to the disk by itself, as `datasync` behind it would, at the cost of one call less. Elsewhere the flag is
 * missing, or means less than Node's `datasync` does (macOS).
 */
const isWrittenThrough = process.platform === 'linux'
const openFlags = O_CREAT | O_EXCL | O_RDWR | (isWrittenThrough ? O_DSYNC : 0)

/** A pack that is being written. */
export interface Tail {
  readonly pack: string
  readonly path: string
  readonly file: FileHandle
  readonly entries: PackEntry[]
  /** Behind the last record that is durable. */
  end: number
}

interface Pending {
  readonly chunks: readonly Uint8Array[]
  readonly sizeBytes: number
  readonly resolve: (blobId: string) => void
  readonly reject: (error: unknown) => void
}

/**
 * Appends blobs to the newest pack with group commit: an idle writer writes at once, and what arrives during an fsync is the
 * next group. Nothing is told before it is durable.
 */
export class PackWriter {
  readonly #folder: string
  readonly #epoch: string
  readonly #packBytesMax: number
  readonly #directories: DirectorySync
  readonly #onSealed: (pack: string) => void
  #pending: Pending[] = []
  #draining: Promise<void> | undefined
  #number = 0
  #tail: Tail | undefined
  /** Packs that are full and get their index. */
  readonly #sealing = new Map<string, Tail>()
  readonly #finishing = new Set<Promise<void>>()

  constructor(options: {
    readonly folder: string
    readonly epoch: string
    readonly packBytesMax: number
    readonly directories: DirectorySync
    /** Told when a pack has its last name. */
    readonly onSealed: (pack: string) => void
  }) {
    this.#folder = options.folder
    this.#epoch = options.epoch
    this.#packBytesMax = options.packBytesMax
    this.#directories = options.directories
    this.#onSealed = options.onSealed
  }

  /** Resolves with the new blob's id when it is on stable storage. */
  append(chunks: readonly Uint8Array[], sizeBytes: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ chunks, sizeBytes, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** The pack, when it has no index yet. */
  tailOf(pack: string): Tail | undefined {
    return this.#tail?.pack === pack ? this.#tail : this.#sealing.get(pack)
  }

  tails(): readonly Tail[] {
    return this.#tail ? [...this.#sealing.values(), this.#tail] : [...this.#sealing.values()]
  }

  async close(): Promise<void> {
    while (this.#draining) await this.#draining
    const tail = this.#tail
    this.#tail = undefined
    if (tail) this.#seal(tail)
    await Promise.all(this.#finishing)
  }

  async #drain(): Promise<void> {
    // Whoever came in the same turn of the event loop is in the same group.
    await Promise.resolve()
    while (this.#pending.length > 0) {
      const group = this.#takeGroup()
      try {
        const ids = await this.#write(group)
        for (const [index, pending] of group.entries()) pending.resolve(ids[index]!)
      } catch (error) {
        this.#abandon()
        for (const pending of group) pending.reject(error)
      }
    }
    // In the same step as the last look: whoever comes as soon as he is told would be left lying else.
    this.#draining = undefined
  }

  #takeGroup(): Pending[] {
    let bytes = 0
    const group: Pending[] = []
    while (this.#pending.length > group.length && bytes < groupBytesMax) {
      const next = this.#pending[group.length]!
      bytes += next.sizeBytes
      group.push(next)
    }
    this.#pending = this.#pending.slice(group.length)
    return group
  }

  async #write(group: readonly Pending[]): Promise<string[]> {
    const tail = (this.#tail ??= await this.#begin())
    const buffers: Buffer[] = []
    const entries: PackEntry[] = []
    let at = tail.end
    for (const { chunks, sizeBytes } of group) {
      const crc = chunks.reduce((value, chunk) => crc32(chunk, value), 0)
      const entry = { offset: at, position: at, sizeBytes, crc }
      buffers.push(recordHeader(tail.pack, entry), ...chunks.map(toBuffer))
      entries.push(entry)
      at += recordHeaderBytes + sizeBytes
    }
    await writeFully(tail.file, buffers, tail.end)
    if (!isWrittenThrough) await tail.file.datasync()
    tail.end = at
    for (const entry of entries) tail.entries.push(entry)
    if (at >= this.#packBytesMax) {
      this.#tail = undefined
      this.#seal(tail)
    }
    return entries.map((entry) => packedId(tail.pack, entry))
  }

  async #begin(): Promise<Tail> {
    this.#number += 1
    const pack = packName(this.#epoch, this.#number)
    const path = tailPath(this.#folder, pack)
    const file = await open(path, openFlags)
    await this.#directories.sync(this.#folder)
    return { pack, path, file, entries: [], end: 0 }
  }

  /** After a write or an fsync that failed nobody knows what the file holds behind its end: no more goes there. */
  #abandon(): void {
    const tail = this.#tail
    this.#tail = undefined
    if (tail) this.#seal(tail)
  }

  #seal(tail: Tail): void {
    this.#sealing.set(tail.pack, tail)
    const finishing = this.#finish(tail)
      // It is finished by the next start, from its records.
      .catch(() => undefined)
      .finally(() => tail.file.close().catch(() => undefined))
      .finally(() => this.#finishing.delete(finishing))
    this.#finishing.add(finishing)
  }

  async #finish(tail: Tail): Promise<void> {
    if (tail.entries.length === 0) {
      await rm(tail.path, { force: true })
      this.#sealing.delete(tail.pack)
      return
    }
    await tail.file.truncate(tail.end)
    await sealPack(tail.file, tail.end, tail.entries)
    // Both names for a moment: a reader that is about to open it finds it under either.
    await link(tail.path, packPath(this.#folder, tail.pack, 0))
    this.#onSealed(tail.pack)
    this.#sealing.delete(tail.pack)
    await rm(tail.path, { force: true })
    await this.#directories.sync(this.#folder)
  }
}

export function tailPath(folder: string, pack: string): string {
  return `${folder}/${pack}.tail`
}

export function packPath(folder: string, pack: string, generation: number): string {
  return `${folder}/${pack}.${generation}.pack`
}

export function deadPath(folder: string, pack: string, generation: number): string {
  return `${folder}/${pack}.${generation}.dead`
}

function toBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk)
    ? chunk
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
