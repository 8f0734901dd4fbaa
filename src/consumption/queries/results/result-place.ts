import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Transaction } from '#platform/database'
import type { ManagedFile } from './managed-results.ts'

/** What an execution leaves to be read: text, or a file with a line before it. The file is taken over. */
export type ResultSource =
  | { readonly text: string }
  | { readonly header: string; readonly path: string }

/** Where rows were written: an object of the account's, or a file of the service's own. */
export type WrittenResult = { readonly etag: string } | { readonly file: ManagedFile }

/** What was written durably and has no name yet. */
export interface StagedResult {
  publish(tx: Transaction): Promise<WrittenResult>
  /** Never after a transaction that may have named it. */
  discard(): Promise<void>
}

/** Where an execution's rows go. */
export interface ResultPlace {
  /** Writes durably. Errors: `DiskFull`, those of the place. */
  stage(source: ResultSource, contentType: string): Promise<StagedResult>
  /** Writes durably, then names what was written and does `also` in one transaction. Errors: `DiskFull`, those of the place. */
  write(
    source: ResultSource,
    contentType: string,
    also: (tx: Transaction, written: WrittenResult) => Promise<void>,
  ): Promise<void>
}

export async function sizeOf(source: ResultSource): Promise<number> {
  if ('text' in source) return Buffer.byteLength(source.text)
  return Buffer.byteLength(source.header) + (await stat(source.path)).size
}

export async function* bytesOf(source: ResultSource): AsyncGenerator<Buffer> {
  if ('text' in source) {
    yield Buffer.from(source.text)
    return
  }
  if (source.header !== '') yield Buffer.from(source.header)
  yield* createReadStream(source.path) as AsyncIterable<Buffer>
}
