import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isLakeError } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { OutputDigest } from '#processing/engine'
import type { Envelope } from './client-encryption.ts'
import type { ColumnInfo } from './column-info.ts'
import type { ManagedFile } from './managed-results.ts'

/** What an execution leaves to be read: bytes, or a file, which is taken over; `digest` is what it holds, where that is known. */
export type ResultSource =
  | { readonly bytes: Uint8Array }
  | { readonly path: string; readonly digest: OutputDigest | undefined }

/** Where rows were written: an object of the account's, or a file of the service's own. */
export type WrittenResult =
  | { readonly etag: string; readonly envelope?: Envelope }
  | { readonly file: ManagedFile }

export interface ResultKind {
  readonly contentType: string
  readonly columns: readonly ColumnInfo[]
}

/** What was written durably and has no name yet. */
export interface StagedResult {
  publish(tx: Transaction): Promise<WrittenResult>
  /** Never after a transaction that may have named it. */
  discard(): Promise<void>
}

/** Where an execution's rows go. */
export interface ResultPlace {
  /** Writes durably. Errors: `DiskFull`, those of the place. */
  stage(source: ResultSource, kind: ResultKind): Promise<StagedResult>
  /** Writes durably, then names what was written and does `also` in one transaction. Errors: `DiskFull`, those of the place. */
  write(
    source: ResultSource,
    kind: ResultKind,
    also: (tx: Transaction, written: WrittenResult) => Promise<void>,
  ): Promise<void>
}

/** A place by how it stages. */
export function resultPlace(database: Database, stage: ResultPlace['stage']): ResultPlace {
  return {
    stage,
    write: async (source, kind, also) => {
      const staged = await stage(source, kind)
      try {
        await database.optimistic(async (tx) => also(tx, await staged.publish(tx)))
      } catch (error) {
        // When the database itself failed nobody knows whether the commit is on the disk.
        if (isLakeError(error) && error.kind !== 'internal') await staged.discard()
        throw error
      }
    },
  }
}

export async function sizeOf(source: ResultSource): Promise<number> {
  if ('bytes' in source) return source.bytes.byteLength
  return (await stat(source.path)).size
}

export async function* bytesOf(source: ResultSource): AsyncGenerator<Uint8Array> {
  if ('bytes' in source) yield source.bytes
  else yield* createReadStream(source.path) as AsyncIterable<Buffer>
}
