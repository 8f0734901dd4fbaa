import type { Readable } from 'node:stream'
import { type Clock, collect } from '#kit'
import type { ObjectInfo, ObjectRef, Objects, ReadRange } from '#storage/objects'
import { QueryErrors } from '../errors.ts'
import { parseLocation } from '../planning/location.ts'
import type { Execution } from '../records.ts'
import {
  blockStart,
  contentKeyContext,
  contentTagBytes,
  decryptContent,
} from './client-encryption.ts'
import { type ManagedResults, expired, managedHours } from './managed-results.ts'
import type { ResultKeys } from './result-keys.ts'
import type { ReadResult } from './result-pages.ts'

/** The rows of an execution that succeeded, where they lie. Errors: those of its object; `ResultsExpired`. */
export async function openResult(
  execution: Execution,
  parts: {
    readonly objects: Objects
    readonly managedResults: ManagedResults
    readonly keys: ResultKeys
    readonly clock: Clock
  },
): Promise<ReadResult> {
  const { objects, managedResults, clock } = parts
  if (execution.managed) {
    const { file } = execution.managed
    const endsMs = (execution.completedMs ?? 0) + managedHours * 3_600_000
    if (!file || clock.now() >= endsMs) throw expired()
    return inRanges(file.sizeBytes, (range) => managedResults.read(execution, file, range))
  }
  const { bucket, prefix } = parseLocation(execution.result.outputLocation)!
  const ref = { accountId: execution.accountId, bucket, key: prefix.replace(/\/$/, '') }
  const { envelope } = execution.result
  if (!envelope) return (start, length) => readPlain(objects, ref, start, length)
  const { sizeBytes, etag } = await objects.head(ref)
  if (envelope.etag !== etag) {
    throw QueryErrors.ResultsExpired('The result object is not the one that the query has written')
  }
  const sealed = Buffer.from(envelope.sealed, 'base64')
  const dataKey = await parts.keys.decrypt(envelope.keyArn, sealed, contentKeyContext)
  const iv = Buffer.from(envelope.iv, 'base64')
  return inRanges(sizeBytes - contentTagBytes, async ({ start, end }) => {
    const from = blockStart(start)
    const source = await objects.read(ref, { start: from, end })
    return decryptContent(dataKey, iv, source, { start: from, skip: start - from })
  })
}

async function readPlain(
  objects: Objects,
  ref: ObjectRef,
  start: number,
  length: number,
): ReturnType<ReadResult> {
  // Of what ends before that a byte is read, and not given.
  const choose = ({ sizeBytes }: ObjectInfo) => {
    const from = Math.max(0, Math.min(start, sizeBytes - 1))
    return { start: from, end: Math.min(sizeBytes, from + length) - 1 }
  }
  const { info, body } = await objects.open(ref, choose)
  const bytes =
    body instanceof Uint8Array
      ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
      : await collect(body, length)
  const { sizeBytes } = info
  return { bytes: start < sizeBytes ? bytes : nothing, sizeBytes }
}

const nothing = Buffer.alloc(0)

function inRanges(sizeBytes: number, read: (range: ReadRange) => Promise<Readable>): ReadResult {
  return async (start, length) => {
    if (start >= sizeBytes) return { bytes: nothing, sizeBytes }
    const end = Math.min(sizeBytes, start + length) - 1
    return { bytes: await collect(await read({ start, end }), length), sizeBytes }
  }
}
